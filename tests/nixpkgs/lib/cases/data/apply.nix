{ start }: { lib, ... }: { options.n = lib.mkOption { default = start + 1; }; }
