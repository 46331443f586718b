"""Requests that the API's own description shows; all fictional, and each one is sent in the tests."""

from __future__ import annotations

CODE_REQUEST = {
    "id": "example-1",
    "text": (
        "出院记录\n"
        "主诉：转移性右下腹痛1天。\n"
        "既往史：否认糖尿病、冠心病病史。\n"
        "诊疗经过：入院后急诊在全麻下行腹腔镜下阑尾切除术，术后予头孢呋辛抗感染。\n"
        "出院诊断：1.急性化脓性阑尾炎 2.高血压病2级"
    ),
    "patient": {"sex": "male", "age_years": 46},
    "encounter": {"department": "普外科", "los_days": 5},
}
GROUP_REQUEST = {
    "scheme": "chs-drg-1.1",
    "principal": "K35.800",
    "others": ["I10.x04"],
    "procedures": ["47.0100"],
    "patient": {"sex": "male", "age_years": 46},
    "encounter": {"los_days": 5},
}
SEARCH_QUERY = "急性心梗"
