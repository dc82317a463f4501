{ lib, ... }:
{
  options.fromModule = lib.mkOption { type = lib.types.listOf lib.types.int; };
  config.fromModule = [ 1 ];
}
