-- TRIAL_PHA_ST_GAI: 医科入院外に紐づく調剤 分割技術料レコード
-- 列: 公開の記録条件仕様による 16、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_PHA_ST_GAI.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_pha_st_gai (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    doctor_no text,
    prspt_ymd char(8),
    dspng_ymd char(8),
    prspt_rcptn_time smallint,
    div_num_time_directions smallint,
    div_ho_target_score integer,
    score_after_div_ho integer,
    div01_target_score integer,
    score_after_div01 integer,
    div02_target_score integer,
    score_after_div02 integer,
    div03_target_score integer,
    score_after_div03 integer,
    div04_target_score integer,
    score_after_div04 integer
);
COMMENT ON TABLE :SC_NAME.trial_pha_st_gai IS '医科入院外に紐づく調剤 分割技術料レコード';
COMMENT ON COLUMN :SC_NAME.trial_pha_st_gai.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_pha_st_gai.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_pha_st_gai.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_pha_st_gai.doctor_no IS '医師番号';
COMMENT ON COLUMN :SC_NAME.trial_pha_st_gai.prspt_ymd IS '処方月日';
COMMENT ON COLUMN :SC_NAME.trial_pha_st_gai.dspng_ymd IS '調剤月日';
COMMENT ON COLUMN :SC_NAME.trial_pha_st_gai.prspt_rcptn_time IS '処方箋受付回';
COMMENT ON COLUMN :SC_NAME.trial_pha_st_gai.div_num_time_directions IS '分割指示回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_st_gai.div_ho_target_score IS '分割対象点数・保険';
COMMENT ON COLUMN :SC_NAME.trial_pha_st_gai.score_after_div_ho IS '分割後点数・保険';
COMMENT ON COLUMN :SC_NAME.trial_pha_st_gai.div01_target_score IS '分割対象点数・第一公費';
COMMENT ON COLUMN :SC_NAME.trial_pha_st_gai.score_after_div01 IS '分割後点数・第一公費';
COMMENT ON COLUMN :SC_NAME.trial_pha_st_gai.div02_target_score IS '分割対象点数・第二公費';
COMMENT ON COLUMN :SC_NAME.trial_pha_st_gai.score_after_div02 IS '分割後点数・第二公費';
COMMENT ON COLUMN :SC_NAME.trial_pha_st_gai.div03_target_score IS '分割対象点数・第三公費';
COMMENT ON COLUMN :SC_NAME.trial_pha_st_gai.score_after_div03 IS '分割後点数・第三公費';
COMMENT ON COLUMN :SC_NAME.trial_pha_st_gai.div04_target_score IS '分割対象点数・第四公費';
COMMENT ON COLUMN :SC_NAME.trial_pha_st_gai.score_after_div04 IS '分割後点数・第四公費';
