# A slice, a target, and a service in the slice.
{ pkgs, ... }:
{
  systemd.slices.batch = {
    description = "Batch jobs";
    sliceConfig = {
      CPUWeight = 20;
      MemoryMax = "2G";
    };
  };
  systemd.targets.batch = {
    description = "All batch jobs";
    requires = [ "batch-1.service" ];
    unitConfig.AllowIsolate = true;
  };
  systemd.services.batch-1 = {
    requiredBy = [ "batch.target" ];
    serviceConfig = {
      Slice = "batch.slice";
      ExecStart = "${pkgs.hello}/bin/hello";
    };
  };
}
