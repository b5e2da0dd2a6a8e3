#!/bin/sh
# Installs a wheel into a fresh environment outside the checkout, and uses it as a stranger would.
# usage: smoke.sh WHEEL
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$1"
cd "$place"
for template in mnist tiny; do
    "$place/venv/bin/sheetcnn" generate --template "$template" -o "$template.xlsx"
    "$place/venv/bin/sheetcnn" verify "$template.xlsx" | tail -n 1
done
"$place/venv/bin/sheetcnn" templates
echo "smoke test passed"
