"""What these scripts and the tool's TypeScript both go by: tables.json, beside this file here and in a pod."""

import json
import os

with open(os.path.join(os.path.dirname(__file__), "tables.json"), encoding="utf-8") as _file:
    TABLES = json.load(_file)
