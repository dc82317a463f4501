# Values that are no strings.
{ pkgs, ... }:
{
  systemd.services.kinds-of-values.serviceConfig = {
    Type = "simple";
    ExecStart = [ "" "${pkgs.hello}/bin/hello --greeting 'a b' \"c\" %h $HOME" ];
    CPUSchedulingPriority = 20;
    OOMScoreAdjust = -100;
    RemainAfterExit = true;
    IgnoreSIGPIPE = "no";
    CPUQuota = "12.5%";
    LimitNOFILE = 1048576;
    SupplementaryGroups = [ ];
    RootDirectory = pkgs.hello;
    ReadWritePaths = [ "/var" "-/srv" ];
    Environment = [ "A=1" "'B=two words'" ];
  };
}
