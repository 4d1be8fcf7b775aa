-- TRIAL_MED_INI_SY: 医科入院 傷病名レコード
-- 列: 公開の記録条件仕様による 8、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_MED_INI_SY.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_med_ini_sy (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    skwd_name_cd char(7),
    prac_str_ymd char(8),
    outcm_div char(1),
    modif_cd text,
    skwd_name text,
    main_skwd char(2),
    splmt_cmt text
);
COMMENT ON TABLE :SC_NAME.trial_med_ini_sy IS '医科入院 傷病名レコード';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_sy.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_sy.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_sy.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_sy.skwd_name_cd IS '傷病名コード';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_sy.prac_str_ymd IS '診療開始日';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_sy.outcm_div IS '転帰区分';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_sy.modif_cd IS '修飾語コード';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_sy.skwd_name IS '傷病名称';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_sy.main_skwd IS '主傷病';
COMMENT ON COLUMN :SC_NAME.trial_med_ini_sy.splmt_cmt IS '補足コメント';
