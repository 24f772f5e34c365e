#!/usr/bin/env bash
# Writes config.json beside the built dashboard, so that the page knows its project.
#
#   dashboard-config.sh FOLDER
#
# Takes   SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY (or the older anon key), REPOSITORY_URL (optional)
# Writes  FOLDER/config.json, or nothing when neither address nor key is set
# Fails   with status 2 when one of the two is missing, or when the key is a secret one: what is
#         published is public
set -euo pipefail

folder=${1:?name the folder of the built dashboard}
url=${SUPABASE_URL:-}
key=${SUPABASE_PUBLISHABLE_KEY:-}

if [[ -z $url && -z $key ]]; then
  echo "SUPABASE_URL and SUPABASE_PUBLISHABLE_KEY are not set: the page will ask each reader for its project"
  exit 0
fi
if [[ -z $url || -z $key ]]; then
  echo "error: of SUPABASE_URL and SUPABASE_PUBLISHABLE_KEY one is missing: set both as repository variables" >&2
  exit 2
fi

role=$(KEY=$key python3 - <<'PYTHON'
import base64, json, os

key = os.environ["KEY"].strip()
try:
    payload = key.split(".")[1]
    role = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["role"]
except Exception:
    role = "secret" if key.startswith("sb_secret_") else ""
print(role)
PYTHON
)
if [[ $role == secret || $role == service_role ]]; then
  echo "error: SUPABASE_PUBLISHABLE_KEY holds a secret key, which must not be published" >&2
  echo "hint: take the key that begins with sb_publishable_ (Settings → API keys), and replace the secret one in Supabase" >&2
  exit 2
fi

URL=$url KEY=$key REPOSITORY=${REPOSITORY_URL:-} python3 - "$folder/config.json" <<'PYTHON'
import json, os, sys

config = {
    "supabase_url": os.environ["URL"].strip(),
    "publishable_key": os.environ["KEY"].strip(),
    "repository_url": os.environ["REPOSITORY"].strip(),
}
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump({name: value for name, value in config.items() if value}, file)
PYTHON
echo "the page reads $url"
