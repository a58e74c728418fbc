"""Parts for showing and editing any record type: table, filters, form, workflow, history, register pages."""
