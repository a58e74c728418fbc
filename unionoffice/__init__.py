"""unionoffice: the program a grassroots trade-union office (基层工会) runs on its own PC."""

__version__ = "0.1.0"
