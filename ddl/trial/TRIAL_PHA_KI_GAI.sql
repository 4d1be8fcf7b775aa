-- TRIAL_PHA_KI_GAI: 医科入院外に紐づく調剤 基本料・薬学管理料レコード
-- 列: 公開の記録条件仕様による 114、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_PHA_KI_GAI.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_pha_ki_gai (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    calc_ymd char(8),
    prspt_rcptn_time smallint,
    dbc_burd_div char(1),
    dbc_cd char(9),
    dbc_score smallint,
    reserve_02 text,
    pmc01_burd_div char(1),
    pmc01_cd char(9),
    pmc01_times smallint,
    pmc01_score smallint,
    pmc02_burd_div char(1),
    pmc02_cd char(9),
    pmc02_times smallint,
    pmc02_score smallint,
    pmc03_burd_div char(1),
    pmc03_cd char(9),
    pmc03_times smallint,
    pmc03_score smallint,
    pmc04_burd_div char(1),
    pmc04_cd char(9),
    pmc04_times smallint,
    pmc04_score smallint,
    pmc05_burd_div char(1),
    pmc05_cd char(9),
    pmc05_times smallint,
    pmc05_score smallint,
    pmc06_burd_div char(1),
    pmc06_cd char(9),
    pmc06_times smallint,
    pmc06_score smallint,
    pmc07_burd_div char(1),
    pmc07_cd char(9),
    pmc07_times smallint,
    pmc07_score smallint,
    pmc08_burd_div char(1),
    pmc08_cd char(9),
    pmc08_times smallint,
    pmc08_score smallint,
    pmc09_burd_div char(1),
    pmc09_cd char(9),
    pmc09_times smallint,
    pmc09_score smallint,
    pmc10_burd_div char(1),
    pmc10_cd char(9),
    pmc10_times smallint,
    pmc10_score smallint,
    pmc11_burd_div char(1),
    pmc11_cd char(9),
    pmc11_times smallint,
    pmc11_score smallint,
    pmc12_burd_div char(1),
    pmc12_cd char(9),
    pmc12_times smallint,
    pmc12_score smallint,
    spmc01_burd_div char(1),
    spmc01_cd char(9),
    spmc01_times smallint,
    spmc01_score smallint,
    spmc02_burd_div char(1),
    spmc02_cd char(9),
    spmc02_times smallint,
    spmc02_score smallint,
    spmc03_burd_div char(1),
    spmc03_cd char(9),
    spmc03_times smallint,
    spmc03_score smallint,
    spmc_last_dspng_ymd char(8),
    spmc_last_dspng_amnt smallint,
    dba01_burd_div char(1),
    dba01_cd char(9),
    dba01_times smallint,
    dba01_score smallint,
    dba02_burd_div char(1),
    dba02_cd char(9),
    dba02_times smallint,
    dba02_score smallint,
    dba03_burd_div char(1),
    dba03_cd char(9),
    dba03_times smallint,
    dba03_score smallint,
    dba04_burd_div char(1),
    dba04_cd char(9),
    dba04_times smallint,
    dba04_score smallint,
    dba05_burd_div char(1),
    dba05_cd char(9),
    dba05_times smallint,
    dba05_score smallint,
    dba06_burd_div char(1),
    dba06_cd char(9),
    dba06_times smallint,
    dba06_score smallint,
    dba07_burd_div char(1),
    dba07_cd char(9),
    dba07_times smallint,
    dba07_score smallint,
    dba08_burd_div char(1),
    dba08_cd char(9),
    dba08_times smallint,
    dba08_score smallint,
    dba09_burd_div char(1),
    dba09_cd char(9),
    dba09_times smallint,
    dba09_score smallint,
    dba10_burd_div char(1),
    dba10_cd char(9),
    dba10_times smallint,
    dba10_score smallint,
    inclusion_management_charges char(2),
    pre_reception_other_med char(2),
    dispensation_base_cost_cd char(9),
    pha_management_charge_cd char(9),
    outline_pha_mng_charge_cd char(9)
);
COMMENT ON TABLE :SC_NAME.trial_pha_ki_gai IS '医科入院外に紐づく調剤 基本料・薬学管理料レコード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.calc_ymd IS '算定日（旧予備）';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.prspt_rcptn_time IS '処方箋受付回';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dbc_burd_div IS '調剤基本料・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dbc_cd IS '調剤基本料・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dbc_score IS '調剤基本料・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.reserve_02 IS '予備';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc01_burd_div IS '薬学管理料1・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc01_cd IS '薬学管理料1・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc01_times IS '薬学管理料1・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc01_score IS '薬学管理料1・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc02_burd_div IS '薬学管理料2・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc02_cd IS '薬学管理料2・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc02_times IS '薬学管理料2・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc02_score IS '薬学管理料2・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc03_burd_div IS '薬学管理料3・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc03_cd IS '薬学管理料3・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc03_times IS '薬学管理料3・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc03_score IS '薬学管理料3・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc04_burd_div IS '薬学管理料4・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc04_cd IS '薬学管理料4・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc04_times IS '薬学管理料4・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc04_score IS '薬学管理料4・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc05_burd_div IS '薬学管理料5・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc05_cd IS '薬学管理料5・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc05_times IS '薬学管理料5・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc05_score IS '薬学管理料5・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc06_burd_div IS '薬学管理料6・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc06_cd IS '薬学管理料6・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc06_times IS '薬学管理料6・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc06_score IS '薬学管理料6・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc07_burd_div IS '薬学管理料7・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc07_cd IS '薬学管理料7・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc07_times IS '薬学管理料7・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc07_score IS '薬学管理料7・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc08_burd_div IS '薬学管理料8・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc08_cd IS '薬学管理料8・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc08_times IS '薬学管理料8・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc08_score IS '薬学管理料8・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc09_burd_div IS '薬学管理料9・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc09_cd IS '薬学管理料9・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc09_times IS '薬学管理料9・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc09_score IS '薬学管理料9・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc10_burd_div IS '薬学管理料10・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc10_cd IS '薬学管理料10・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc10_times IS '薬学管理料10・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc10_score IS '薬学管理料10・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc11_burd_div IS '薬学管理料11・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc11_cd IS '薬学管理料11・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc11_times IS '薬学管理料11・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc11_score IS '薬学管理料11・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc12_burd_div IS '薬学管理料12・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc12_cd IS '薬学管理料12・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc12_times IS '薬学管理料12・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pmc12_score IS '薬学管理料12・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.spmc01_burd_div IS '摘要薬学管理料1・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.spmc01_cd IS '摘要薬学管理料1・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.spmc01_times IS '摘要薬学管理料1・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.spmc01_score IS '摘要薬学管理料1・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.spmc02_burd_div IS '摘要薬学管理料2・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.spmc02_cd IS '摘要薬学管理料2・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.spmc02_times IS '摘要薬学管理料2・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.spmc02_score IS '摘要薬学管理料2・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.spmc03_burd_div IS '摘要薬学管理料3・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.spmc03_cd IS '摘要薬学管理料3・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.spmc03_times IS '摘要薬学管理料3・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.spmc03_score IS '摘要薬学管理料3・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.spmc_last_dspng_ymd IS '摘要薬学管理料・前回調剤年月日';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.spmc_last_dspng_amnt IS '摘要薬学管理料・前回調剤数量';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba01_burd_div IS '調剤基本料加算1・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba01_cd IS '調剤基本料加算1・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba01_times IS '調剤基本料加算1・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba01_score IS '調剤基本料加算1・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba02_burd_div IS '調剤基本料加算2・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba02_cd IS '調剤基本料加算2・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba02_times IS '調剤基本料加算2・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba02_score IS '調剤基本料加算2・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba03_burd_div IS '調剤基本料加算3・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba03_cd IS '調剤基本料加算3・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba03_times IS '調剤基本料加算3・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba03_score IS '調剤基本料加算3・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba04_burd_div IS '調剤基本料加算4・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba04_cd IS '調剤基本料加算4・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba04_times IS '調剤基本料加算4・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba04_score IS '調剤基本料加算4・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba05_burd_div IS '調剤基本料加算5・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba05_cd IS '調剤基本料加算5・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba05_times IS '調剤基本料加算5・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba05_score IS '調剤基本料加算5・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba06_burd_div IS '調剤基本料加算6・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba06_cd IS '調剤基本料加算6・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba06_times IS '調剤基本料加算6・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba06_score IS '調剤基本料加算6・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba07_burd_div IS '調剤基本料加算7・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba07_cd IS '調剤基本料加算7・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba07_times IS '調剤基本料加算7・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba07_score IS '調剤基本料加算7・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba08_burd_div IS '調剤基本料加算8・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba08_cd IS '調剤基本料加算8・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba08_times IS '調剤基本料加算8・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba08_score IS '調剤基本料加算8・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba09_burd_div IS '調剤基本料加算9・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba09_cd IS '調剤基本料加算9・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba09_times IS '調剤基本料加算9・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba09_score IS '調剤基本料加算9・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba10_burd_div IS '調剤基本料加算10・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba10_cd IS '調剤基本料加算10・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba10_times IS '調剤基本料加算10・回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dba10_score IS '調剤基本料加算10・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.inclusion_management_charges IS '包括管理料等';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pre_reception_other_med IS '他医療機関受診に係る処方箋受付';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.dispensation_base_cost_cd IS '医師指示分割調剤・調剤基本料コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.pha_management_charge_cd IS '医師指示分割調剤・薬学管理料コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ki_gai.outline_pha_mng_charge_cd IS '医師指示分割調剤・摘要薬学管理料コード';
