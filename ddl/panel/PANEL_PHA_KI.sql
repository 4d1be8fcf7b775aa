-- PANEL_PHA_KI: 調剤 基本料・薬学管理料レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_PHA_KI.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_pha_ki (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    calc_ymd char(8),
    prspt_rcptn_time smallint,
    dbc_burd_div text,
    dbc_cd char(9),
    dbc_score smallint,
    reserve_02 text,
    pmc01_burd_div text,
    pmc01_cd char(9),
    pmc01_times smallint,
    pmc01_score smallint,
    pmc02_burd_div text,
    pmc02_cd char(9),
    pmc02_times smallint,
    pmc02_score smallint,
    pmc03_burd_div text,
    pmc03_cd char(9),
    pmc03_times smallint,
    pmc03_score smallint,
    pmc04_burd_div text,
    pmc04_cd char(9),
    pmc04_times smallint,
    pmc04_score smallint,
    pmc05_burd_div text,
    pmc05_cd char(9),
    pmc05_times smallint,
    pmc05_score smallint,
    pmc06_burd_div text,
    pmc06_cd char(9),
    pmc06_times smallint,
    pmc06_score smallint,
    pmc07_burd_div text,
    pmc07_cd char(9),
    pmc07_times smallint,
    pmc07_score smallint,
    pmc08_burd_div text,
    pmc08_cd char(9),
    pmc08_times smallint,
    pmc08_score smallint,
    pmc09_burd_div text,
    pmc09_cd char(9),
    pmc09_times smallint,
    pmc09_score smallint,
    pmc10_burd_div text,
    pmc10_cd char(9),
    pmc10_times smallint,
    pmc10_score smallint,
    pmc11_burd_div text,
    pmc11_cd char(9),
    pmc11_times smallint,
    pmc11_score smallint,
    pmc12_burd_div text,
    pmc12_cd char(9),
    pmc12_times smallint,
    pmc12_score smallint,
    spmc01_burd_div text,
    spmc01_cd char(9),
    spmc01_times smallint,
    spmc01_score smallint,
    spmc02_burd_div text,
    spmc02_cd char(9),
    spmc02_times smallint,
    spmc02_score smallint,
    spmc03_burd_div text,
    spmc03_cd char(9),
    spmc03_times smallint,
    spmc03_score smallint,
    spmc_last_dspng_ymd char(8),
    spmc_last_dspng_amnt smallint,
    dba01_burd_div text,
    dba01_cd char(9),
    dba01_times smallint,
    dba01_score smallint,
    dba02_burd_div text,
    dba02_cd char(9),
    dba02_times smallint,
    dba02_score smallint,
    dba03_burd_div text,
    dba03_cd char(9),
    dba03_times smallint,
    dba03_score smallint,
    dba04_burd_div text,
    dba04_cd char(9),
    dba04_times smallint,
    dba04_score smallint,
    dba05_burd_div text,
    dba05_cd char(9),
    dba05_times smallint,
    dba05_score smallint,
    dba06_burd_div text,
    dba06_cd char(9),
    dba06_times smallint,
    dba06_score smallint,
    dba07_burd_div text,
    dba07_cd char(9),
    dba07_times smallint,
    dba07_score smallint,
    dba08_burd_div text,
    dba08_cd char(9),
    dba08_times smallint,
    dba08_score smallint,
    dba09_burd_div text,
    dba09_cd char(9),
    dba09_times smallint,
    dba09_score smallint,
    dba10_burd_div text,
    dba10_cd char(9),
    dba10_times smallint,
    dba10_score smallint,
    inclusion_management_charges text,
    pre_reception_other_med text,
    dispensation_base_cost_cd text,
    pha_management_charge_cd text,
    outline_pha_mng_charge_cd text,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_pha_ki IS '調剤 基本料・薬学管理料レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.calc_ymd IS '算定日（旧予備）';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.prspt_rcptn_time IS '処方箋受付回';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dbc_burd_div IS '調剤基本料・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dbc_cd IS '調剤基本料・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dbc_score IS '調剤基本料・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.reserve_02 IS '予備2';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc01_burd_div IS '薬学管理料1・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc01_cd IS '薬学管理料1・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc01_times IS '薬学管理料1・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc01_score IS '薬学管理料1・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc02_burd_div IS '薬学管理料2・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc02_cd IS '薬学管理料2・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc02_times IS '薬学管理料2・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc02_score IS '薬学管理料2・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc03_burd_div IS '薬学管理料3・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc03_cd IS '薬学管理料3・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc03_times IS '薬学管理料3・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc03_score IS '薬学管理料3・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc04_burd_div IS '薬学管理料4・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc04_cd IS '薬学管理料4・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc04_times IS '薬学管理料4・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc04_score IS '薬学管理料4・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc05_burd_div IS '薬学管理料5・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc05_cd IS '薬学管理料5・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc05_times IS '薬学管理料5・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc05_score IS '薬学管理料5・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc06_burd_div IS '薬学管理料6・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc06_cd IS '薬学管理料6・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc06_times IS '薬学管理料6・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc06_score IS '薬学管理料6・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc07_burd_div IS '薬学管理料7・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc07_cd IS '薬学管理料7・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc07_times IS '薬学管理料7・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc07_score IS '薬学管理料7・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc08_burd_div IS '薬学管理料8・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc08_cd IS '薬学管理料8・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc08_times IS '薬学管理料8・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc08_score IS '薬学管理料8・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc09_burd_div IS '薬学管理料9・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc09_cd IS '薬学管理料9・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc09_times IS '薬学管理料9・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc09_score IS '薬学管理料9・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc10_burd_div IS '薬学管理料10・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc10_cd IS '薬学管理料10・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc10_times IS '薬学管理料10・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc10_score IS '薬学管理料10・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc11_burd_div IS '薬学管理料11・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc11_cd IS '薬学管理料11・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc11_times IS '薬学管理料11・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc11_score IS '薬学管理料11・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc12_burd_div IS '薬学管理料12・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc12_cd IS '薬学管理料12・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc12_times IS '薬学管理料12・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pmc12_score IS '薬学管理料12・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.spmc01_burd_div IS '摘要薬学管理料1・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.spmc01_cd IS '摘要薬学管理料1・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.spmc01_times IS '摘要薬学管理料1・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.spmc01_score IS '摘要薬学管理料1・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.spmc02_burd_div IS '摘要薬学管理料2・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.spmc02_cd IS '摘要薬学管理料2・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.spmc02_times IS '摘要薬学管理料2・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.spmc02_score IS '摘要薬学管理料2・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.spmc03_burd_div IS '摘要薬学管理料3・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.spmc03_cd IS '摘要薬学管理料3・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.spmc03_times IS '摘要薬学管理料3・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.spmc03_score IS '摘要薬学管理料3・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.spmc_last_dspng_ymd IS '摘要薬学管理料・前回調剤年月日';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.spmc_last_dspng_amnt IS '摘要薬学管理料・前回調剤数量';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba01_burd_div IS '調剤基本料加算1・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba01_cd IS '調剤基本料加算1・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba01_times IS '調剤基本料加算1・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba01_score IS '調剤基本料加算1・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba02_burd_div IS '調剤基本料加算2・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba02_cd IS '調剤基本料加算2・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba02_times IS '調剤基本料加算2・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba02_score IS '調剤基本料加算2・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba03_burd_div IS '調剤基本料加算3・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba03_cd IS '調剤基本料加算3・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba03_times IS '調剤基本料加算3・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba03_score IS '調剤基本料加算3・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba04_burd_div IS '調剤基本料加算4・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba04_cd IS '調剤基本料加算4・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba04_times IS '調剤基本料加算4・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba04_score IS '調剤基本料加算4・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba05_burd_div IS '調剤基本料加算5・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba05_cd IS '調剤基本料加算5・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba05_times IS '調剤基本料加算5・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba05_score IS '調剤基本料加算5・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba06_burd_div IS '調剤基本料加算6・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba06_cd IS '調剤基本料加算6・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba06_times IS '調剤基本料加算6・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba06_score IS '調剤基本料加算6・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba07_burd_div IS '調剤基本料加算7・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba07_cd IS '調剤基本料加算7・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba07_times IS '調剤基本料加算7・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba07_score IS '調剤基本料加算7・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba08_burd_div IS '調剤基本料加算8・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba08_cd IS '調剤基本料加算8・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba08_times IS '調剤基本料加算8・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba08_score IS '調剤基本料加算8・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba09_burd_div IS '調剤基本料加算9・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba09_cd IS '調剤基本料加算9・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba09_times IS '調剤基本料加算9・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba09_score IS '調剤基本料加算9・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba10_burd_div IS '調剤基本料加算10・負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba10_cd IS '調剤基本料加算10・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba10_times IS '調剤基本料加算10・回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dba10_score IS '調剤基本料加算10・点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.inclusion_management_charges IS '包括管理料等';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pre_reception_other_med IS '他医療機関受診に係る処方箋受付';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.dispensation_base_cost_cd IS '医師指示分割調剤・調剤基本料コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.pha_management_charge_cd IS '医師指示分割調剤・薬学管理料コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.outline_pha_mng_charge_cd IS '医師指示分割調剤・摘要薬学管理料コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_pha_ki.input_ym IS '取込年月';
