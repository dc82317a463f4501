echo "built" > "$out"
