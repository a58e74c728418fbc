#!/bin/sh
# A second opinion on filed papers: Apache PDFBox preflight, which knows PDF/A-1b only. Not part of the tests.
#
#   tools/pdfa_second_judge.sh FILE.pdf...
#
# The program files as 2b; each file is saved as 1b for this judge, from the same pages, and its verdict is told.
# Needs Debian's libpdfbox2-java libfontbox2-java libcommons-io-java libcommons-logging-java libactivation-java
# libjaxb-api-java, a Java runtime, and the program's own Python (UNIONOFFICE_PYTHON, by default .venv/bin/python).
set -eu
[ $# -gt 0 ] || { echo "usage: $0 FILE.pdf..." >&2; exit 2; }
jars=/usr/share/java
class_path=$(printf "$jars/%s.jar:" preflight pdfbox2 fontbox2 xmpbox commons-io commons-logging \
    javax.activation jaxb-api)
python=${UNIONOFFICE_PYTHON:-"$(dirname "$0")/../.venv/bin/python"}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
wrong=0
for file in "$@"; do
    "$python" - "$file" "$folder/as-1b.pdf" <<'PYTHON'
import sys

import pikepdf
from pikepdf import pdfa

with pikepdf.open(sys.argv[1]) as pdf:
    pdfa.save(pdf, sys.argv[2], "1b")
PYTHON
    java -cp "$class_path" org.apache.pdfbox.preflight.Validator_A1b "$folder/as-1b.pdf" || wrong=1
done
exit $wrong
