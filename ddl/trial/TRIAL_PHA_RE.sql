-- TRIAL_PHA_RE: 調剤 レセプト共通レコード
-- 列: 公開の記録条件仕様による 41、推定を含む 3（seq1_no, seq2_no, age_hier_cd）
-- psql -d sampledb -f TRIAL_PHA_RE.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_pha_re (
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
    rcpt_imptt_noti text,
    tdfk char(2),
    score_list char(1),
    medi_inst text,
    medi_inst_name text,
    medi_inst_addr text,
    doctor01_name text,
    doctor02_name text,
    doctor03_name text,
    doctor04_name text,
    doctor05_name text,
    doctor06_name text,
    doctor07_name text,
    doctor08_name text,
    doctor09_name text,
    doctor10_name text,
    doctor11_name text,
    doctor12_name text,
    doctor13_name text,
    doctor14_name text,
    doctor15_name text,
    doctor16_name text,
    doctor17_name text,
    doctor18_name text,
    doctor19_name text,
    doctor20_name text,
    narcotic_lic_no text,
    dspng_rec_no text,
    reserve_01 text,
    srch_no text,
    rec_cndtn_spec_ym_info text,
    req_info text,
    part_burd_div char(1),
    patient_kana_name text
);
COMMENT ON TABLE :SC_NAME.trial_pha_re IS '調剤 レセプト共通レコード';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.rcp_no IS 'レセプト番号';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.rcp_cls IS 'レセプト種別';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.prac_ym IS '調剤年月';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.patient_name IS '氏名';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.sex_div IS '男女区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.age_hier_cd IS '年齢階級コード（生年月日の位置）';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.pay_rat IS '給付割合';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.rcpt_imptt_noti IS 'レセプト特記事項';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.tdfk IS '医療機関・都道府県';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.score_list IS '医療機関・点数表';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.medi_inst IS '医療機関・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.medi_inst_name IS '医療機関・名称';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.medi_inst_addr IS '医療機関・所在地';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.doctor01_name IS '保険医氏名1';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.doctor02_name IS '保険医氏名2';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.doctor03_name IS '保険医氏名3';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.doctor04_name IS '保険医氏名4';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.doctor05_name IS '保険医氏名5';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.doctor06_name IS '保険医氏名6';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.doctor07_name IS '保険医氏名7';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.doctor08_name IS '保険医氏名8';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.doctor09_name IS '保険医氏名9';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.doctor10_name IS '保険医氏名10';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.doctor11_name IS '保険医氏名11';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.doctor12_name IS '保険医氏名12';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.doctor13_name IS '保険医氏名13';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.doctor14_name IS '保険医氏名14';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.doctor15_name IS '保険医氏名15';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.doctor16_name IS '保険医氏名16';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.doctor17_name IS '保険医氏名17';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.doctor18_name IS '保険医氏名18';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.doctor19_name IS '保険医氏名19';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.doctor20_name IS '保険医氏名20';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.narcotic_lic_no IS '麻薬免許番号';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.dspng_rec_no IS '調剤録番号等';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.reserve_01 IS '予備';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.srch_no IS '検索番号';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.rec_cndtn_spec_ym_info IS '予備（記録条件仕様年月情報）';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.req_info IS '請求情報';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.part_burd_div IS '一部負担金区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_re.patient_kana_name IS 'カタカナ（氏名）';
