{ name, suffix ? "." }: { text = "package ${name}${suffix}"; }
