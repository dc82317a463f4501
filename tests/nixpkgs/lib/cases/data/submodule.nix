{ lib, ... }: { fromFile = lib.toUpper "file"; }
