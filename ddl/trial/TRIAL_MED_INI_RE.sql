-- TRIAL_MED_INI_RE: 医科入院 レセプト共通レコード
-- 列: 公開の記録条件仕様による 37、推定を含む 4（seq1_no, seq2_no, age_hier_cd, bed_capa_hier_code）
-- psql -d sampledb -f TRIAL_MED_INI_RE.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_med_ini_re (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    rcp_no integer,
    rcp_cls char(4),
    prac_ym char(6),
    patient_name text,
    sex_div char(1),
    age_hier_cd text,
    pay_rat smallint,
    hostz_ymd char(8),
    ward_div text,
    stand_burd_div char(1),
    rcpt_imptt_noti text,
    bed_capa_num smallint,
    chart_no text,
    discnt_scr_unit_price smallint,
    reserve_01 text,
    reserve_02 text,
    indi_prac_dept char(2),
    srch_no text,
    rec_cndtn_spec_ym_info text,
    req_info text,
    prac1_name char(2),
    prac1_body_part char(3),
    prac1_sex char(3),
    prac1_medi_treat char(3),
    prac1_spcfc_dise char(3),
    prac2_name char(2),
    prac2_body_part char(3),
    prac2_sex char(3),
    prac2_medi_treat char(3),
    prac2_spcfc_dise char(3),
    prac3_name char(2),
    prac3_body_part char(3),
    prac3_sex char(3),
    prac3_medi_treat char(3),
    prac3_spcfc_dise char(3),
    patient_kana_name text,
    patient_status text,
    bed_capa_hier_code char(3)
);
COMMENT ON TABLE :SC_NAME.trial_med_ini_re IS '医科入院 レセプト共通レコード';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.rcp_no IS 'レセプト番号';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.rcp_cls IS 'レセプト種別';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.patient_name IS '氏名';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.sex_div IS '男女区分';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.age_hier_cd IS '年齢階級コード（生年月日の位置）';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.pay_rat IS '給付割合';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.hostz_ymd IS '入院年月日';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.ward_div IS '病棟区分';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.stand_burd_div IS '一部負担金・食事療養費・生活療養費標準負担額区分';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.rcpt_imptt_noti IS 'レセプト特記事項';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.bed_capa_num IS '病床数';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.chart_no IS 'カルテ番号等';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.discnt_scr_unit_price IS '割引点数単価';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.reserve_01 IS '予備1';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.reserve_02 IS '予備2';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.indi_prac_dept IS '予備3（旧診療科）';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.srch_no IS '検索番号';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.rec_cndtn_spec_ym_info IS '予備（記録条件仕様年月情報）';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.req_info IS '請求情報';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.prac1_name IS '診療科1・診療科名';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.prac1_body_part IS '診療科1・人体の部位等';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.prac1_sex IS '診療科1・性別等';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.prac1_medi_treat IS '診療科1・医学的処置';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.prac1_spcfc_dise IS '診療科1・特定疾病';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.prac2_name IS '診療科2・診療科名';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.prac2_body_part IS '診療科2・人体の部位等';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.prac2_sex IS '診療科2・性別等';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.prac2_medi_treat IS '診療科2・医学的処置';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.prac2_spcfc_dise IS '診療科2・特定疾病';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.prac3_name IS '診療科3・診療科名';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.prac3_body_part IS '診療科3・人体の部位等';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.prac3_sex IS '診療科3・性別等';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.prac3_medi_treat IS '診療科3・医学的処置';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.prac3_spcfc_dise IS '診療科3・特定疾病';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.patient_kana_name IS 'カタカナ（氏名）';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.patient_status IS '患者の状態';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_re.bed_capa_hier_code IS '病床数階級コード';
