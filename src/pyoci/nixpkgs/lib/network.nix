# Network addresses.
{ lib }:
let
  inherit (builtins) concatStringsSep elemAt genList head length map match;
  inherit (lib.strings) splitString toInt toLower;
  inherit (lib.trivial) bitXor fromHexString toHexString;

  hex = number: toLower (toHexString number);

  # The eight groups of an IPv6 address, written out.
  groups = address:
    let
      halves = lib.strings.splitString "::" address;
      partsOf = text: if text == "" then [ ] else splitString ":" text;
      front = partsOf (elemAt halves 0);
      back = partsOf (elemAt halves 1);
      missing = 8 - length front - length back;
      invalid = throw "${address} is not a valid IPv6 address";
      all =
        if length halves == 1 then front
        else if length halves == 2 && missing > 0 then front ++ genList (_: "0") missing ++ back
        else invalid;
      number = text:
        let
          value = fromHexString text;
        in
        if text == "" then invalid
        else if value > 65535 then throw "0x${text} is not a valid u16 integer"
        else value;
    in
    if match "[0-9A-Fa-f:]+" address == null then throw "${address} contains malformed characters for IPv6 address"
    else if length all != 8 then invalid
    else map number all;
in
{
  ipv6 = {
    # fromString : "ADDRESS" or "ADDRESS/BITS" -> { address, prefixLength }      Written out, in small letters.
    fromString = text:
      let
        parts = splitString "/" text;
        bits = toInt (elemAt parts 1);
        prefixLength =
          if length parts == 1 then 128
          else if bits < 1 || bits > 128 then throw
            "${text} IPv6 subnet should be in range [1;128], got ${toString bits}"
          else bits;
      in
      if length parts > 2 then throw "${text} is not a valid IPv6 address in CIDR notation"
      else {
        address = concatStringsSep ":" (map hex (groups (head parts)));
        inherit prefixLength;
      };

    # mkEUI64Suffix : MAC address -> string      The second half of an address made from it.
    mkEUI64Suffix = mac:
      let
        octet = "([0-9A-Fa-f]{2})";
        octets = match (concatStringsSep "[-:.]?" (genList (_: octet) 6)) mac;
        at = elemAt octets;
        # The bit that says whether the address is globally unique is turned over.
        first = toHexString (bitXor 512 (fromHexString (at 0 + at 1)));
      in
      if octets == null then throw "\"${mac}\" is not a valid MAC address (expected 6 octets of hex digits)"
      else toLower (concatStringsSep ":" [ first "${at 2}ff" "fe${at 3}" (at 4 + at 5) ]);
  };
}
