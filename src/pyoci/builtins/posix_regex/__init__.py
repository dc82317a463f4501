"""POSIX extended regular expressions as C++ Nix has them, that is, as libstdc++'s `std::regex` understands them.

    syntax       text -> tree; what is no regular expression, and what is too large
    translation  tree -> a pattern of Python's `re`, wherever both agree
    executor     the search of libstdc++ step by step, for the trees where they do not

Both `std::regex` and `re` try alternatives from the left and repeat as often as they can. They part company in two
places. After a solution by one branch of an alternative libstdc++ also tries the others and keeps the longest match;
and it lets a repetition go round twice without consuming anything, where `re` stops at once, which shows in what the
groups capture. `translation` tells whether a tree can run into either.

Everything here works on bytes, held as `str` of code points 0 to 255.
"""

from pyoci.builtins.posix_regex.regex import Regex, compile_regex
from pyoci.builtins.posix_regex.syntax import RegexSyntaxError, RegexTooLargeError

__all__ = ["Regex", "RegexSyntaxError", "RegexTooLargeError", "compile_regex"]
