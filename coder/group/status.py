"""The named outcomes of grouping, in the words that Chinese groupers and payers use."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

Severity = Literal["mcc", "cc", "none"]

#: Severity as the number that tables and caches hold: the higher, the heavier.
SEVERITIES: tuple[Severity, Severity, Severity] = ("none", "cc", "mcc")

#: What stands in the group fields of a record that no group takes; the status says why.
NO_MDC, NO_ADRG, NO_DRG = "0000", "00", "0000"


class Status(StrEnum):
    """How the grouping of one record ended; a status is always given, whatever the record is like.

    >>> Status.GROUPED == "分组成功"
    True
    """

    GROUPED = "分组成功"
    UNGROUPED = "无法入组"
    AMBIGUOUS = "歧义病案"
    CHECK_FAILED = "信息校验不通过"
    DIAGNOSIS_NOT_TRANSLATABLE = "诊断不能转换为分组器支持的编码"
    PROCEDURE_NOT_TRANSLATABLE = "手术操作不能转换为分组器支持的编码"
    DIAGNOSIS_INVALID = "诊断不是有效的ICD编码"
    PROCEDURE_INVALID = "手术操作不是有效的ICD编码"
    SEX_CONFLICT = "主诊断与病人性别不相符"
    PRINCIPAL_NOT_IN_MDC = "主诊断不在所有MDC的主诊表内"
    PROCEDURE_MISMATCH = "手术选择错误"
    NEWBORN_ERROR = "新生儿诊断或手术错误"
