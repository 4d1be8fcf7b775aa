"""The words by which headings tell what a column holds, in Japanese and English."""

from __future__ import annotations

import re
from functools import lru_cache

from provisioning.disclosure.model import Kind
from provisioning.disclosure.values import folded


def _english(words: str) -> str:
    return rf"(?<![a-z])(?:{words})(?![a-z])"


# Words of counts stand anywhere in a heading; the last one decides, as the head of a Japanese noun does.
_COUNTS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            Kind.INSTITUTIONS,
            r"(?:施設|医療機関|病院|診療所|薬局|保険者|事業所|機関|医院|クリニック)の?(?:数|件数)"
            "|" + _english("hospitals|clinics|facilities|institutions|insurers|pharmacies|providers"),
        ),
        (
            Kind.PATIENTS,
            r"患者の?実?数|患者|受診者|利用者|対象者|該当者|受給者|被保険者|加入者|死亡者|回答者|処方者|人数|症例数?|例数|"
            r"実人員|人口|度数|頻度|(?<![個本枚錠])人(?!年|日|口)$|^名$|^例$"
            "|"
            + _english(
                "n|count|counts|freq|frequency|(?:number )?at risk|patients?|persons?|people|subjects?|individuals?|"
                "cases|obs|number"
            ),
        ),
        (
            Kind.EVENTS,
            r"件数|回数|算定数|レセプト数|枚数|件$|回$|延べ?数|処方箋数"
            "|" + _english("claims|visits|admissions|events|prescriptions|receipts|procedures"),
        ),
        (Kind.DRUGS, r"処方数量?|処方量|投与量|投薬量|調剤数量|調剤量|使用量|錠数" "|" + _english("doses?|tablets")),
        (Kind.REHABILITATION, r"単位数|実施単位|リハ\S*数量?" "|" + _english("rehab(?:ilitation)? units")),
        (Kind.MATERIALS, r"材料(?:数量?|の数量)|器材(?:数量?|の数量)"),
        (
            Kind.QUANTITY,
            r"数量|総量|(?:合計|総|延べ?)(?:点数|額|日数)|医療費|金額|費用額?|請求額"
            "|" + _english("quantity|amount|cost|costs"),
        ),
    )
)
_STATISTIC = re.compile(
    r"割合|比率|(?<!効)率(?![のに])|オッズ|ハザード|信頼区間|標準偏差|標準誤差|分散|中央値|四分位|最小|最大|最頻|偏差|係数|"
    r"構成比|人年|p値|^平均|平均値?$|平均[(]|^%|%$|指数"
    "|"
    + _english(
        "percent(?:age)?|pct|proportion|rate|ratio|mean|average|avg|median|sd|se|iqr|q1|q3|std|variance|"
        "ci|lower|upper|lcl|ucl|p|pvalue|p value|or|hr|rr|odds|hazard|coef|coefficient|estimate|beta|min|max|"
        "smd|prevalence|incidence|survival|probability|prob"
    )
)
_STATISTIC_FIRST = re.compile(
    r"^(?:平均|中央値|割合|標準偏差|%|" + _english("percent(?:age)?|pct|mean|median|average|proportion|rate|sd") + ")"
)
# Per how many people a rate is given: 人口10万対, 千対, 10万人当たり.
_PER = re.compile(r"[\d十百千万]人?(?:対(?!象)|当たり|あたり|につき)|" + _english("per") + r" ?\d")
_GROUP_SIZE = re.compile(r"[(\[]\s*n\s*=\s*[\d,]+\s*[)\]]$|^n\s*=\s*[\d,]+$")
# Words of labels: some end a heading, the others must be the whole of it, so that "control group",
# "男性" or "4月" over a column of counts is no label.
_LABEL = re.compile(
    r"(?:コード|名称|名|名・規格名|分類|(?<!合計)(?<!総)点数|薬価|区分|番号|年齢(?:階級|区分|層)?|階級|種別|カテゴリー?|"
    r"(?<!\d)(?<!元)年度|(?<!\d)(?<!元)年月日?|加減算[)]?)$|"
    r"^(?:単位|薬価単位|規格単位|性|性別|性・年齢|都道府県|年|月|日|日付|診療[年月日]+|地域|二次医療圏|医療圏|市区町村|市町村|自治体|診療科|診療行為|"
    r"調剤行為|処置|手術|傷病|傷病グループ|疾患|医薬品|規格|定義|別表|回答|質問|項目|質問項目|加算|備考|注|グループ|群|種類|属性|施設|病院|医療機関|"
    r"指標|変数|内容|順位|四半期|週|曜日|要介護度|要支援度|要介護状態区分|観察年|剤形|投与経路|経路|年代|世代|住所|郵便番号|町丁目)$"
    "|"
    + _english("id|codes?|names?|age|ages|age ?group|age ?band|age ?class|icd ?10|(?:calendar|fiscal) year")
    + "$|^"
    + _english(
        "sex|gender|year|month|date|day|region|prefecture|pref|municipality|city|area|group|category|class|type|kind|label|"
        "icd|atc|"
        "drug|disease|diagnosis|procedure|department|units?|variable|var ?1|var ?2|term|item|level|period|quarter|"
        "hospital|clinic|week|weekday|rank|stage|grade|"
        "insurer|insurer type|row|index|no|strata|stratum|route|zip|postcode|postal code"
    )
    + "$"
)
_STRONG_LABEL = re.compile(
    r"(?:コード|番号|点数|薬価|年齢(?:階級|区分|層)?|年度|年月日?|加減算[)]?)$|^(?:年|月|日)$"
    "|" + _english("id|codes?|age|ages|year|month|date|row|index|icd") + "$"
)
_UNIT_OF_COUNT = frozenset({"名", "人", "例", "n"})
_WITH_PERCENT = re.compile(r"[(\[（]\s*(?:%|割合|構成比|pct|percent)\s*[)\]）]|,?\s*%$")
_IN_PARENTHESES = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
# Parts of headings that only say which group a column is about.
AXIS = re.compile(
    r"歳|不明|不可|不詳|その他|以外|^(?:男|女|男性|女性|総数|総計|合計|小計|中計|計|全体|全国|total|all|overall|male|female)$"
)
TOTAL = re.compile(r"総計|総数|合計|全体|^計|" + _english("total|overall|all"))


def _plain(text: str) -> str:
    return folded(text).replace("_", " ").replace(".", " ").strip()


@lru_cache(maxsize=8192)
def heading_kind(text: str) -> Kind | None:
    """What a heading says its column holds, or None when it says nothing known."""
    plain = _plain(text)
    main = _WITH_PERCENT.sub("", plain)
    if main != plain and (kind := _count_kind(main)):
        return kind
    inner = " ".join(_IN_PARENTHESES.findall(plain))
    outer = " ".join(_IN_PARENTHESES.sub(" ", plain).split())
    if plain.endswith("加減算)"):
        return Kind.LABEL
    return _word_kind(outer) or (_word_kind(inner) if inner else None)


def tells_group_size(text: str) -> bool:
    """Whether a heading names a group and its size, as `all (n=1,234)` does, and not what is counted."""
    return bool(_GROUP_SIZE.search(_plain(text)))


def is_strong_label(text: str) -> bool:
    """Whether the heading can mean nothing but a label: a code, a price, an age."""
    return bool(_STRONG_LABEL.search(_plain(text)))


def _word_kind(text: str) -> Kind | None:
    if not text:
        return None
    if text in _UNIT_OF_COUNT:
        return Kind.PATIENTS
    if _STATISTIC_FIRST.search(text) or _PER.search(text):
        return Kind.STATISTIC
    if _LABEL.search(text):
        return Kind.LABEL
    counted = _count_kind(text)
    if counted and _STATISTIC.search(text):
        return Kind.STATISTIC if _statistic_comes_last(text) else counted
    if counted:
        return counted
    return Kind.STATISTIC if _STATISTIC.search(text) else None


def _count_kind(text: str) -> Kind | None:
    """The count whose word ends last; of two that end together, the longer."""
    best: tuple[int, int] = (-1, 0)
    found: Kind | None = None
    for kind, pattern in _COUNTS:
        for match in pattern.finditer(text):
            place = (match.end(), match.end() - match.start())
            if place > best:
                best, found = place, kind
    return found


def _statistic_comes_last(text: str) -> bool:
    statistic = max(match.end() for match in _STATISTIC.finditer(text))
    counted = max(match.end() for _kind, pattern in _COUNTS for match in pattern.finditer(text))
    return statistic >= counted
