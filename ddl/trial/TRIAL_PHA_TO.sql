-- TRIAL_PHA_TO: 調剤 特定器材レコード
-- 列: 公開の記録条件仕様による 7、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_PHA_TO.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_pha_to (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    burd_div char(1),
    spcfc_dev_cd char(9),
    use_amnt numeric(8,3),
    unit_cd char(3),
    unit_price numeric(10,2),
    spcfc_dev_name text
);
COMMENT ON TABLE :SC_NAME.trial_pha_to IS '調剤 特定器材レコード';
COMMENT ON COLUMN :SC_NAME.trial_pha_to.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_pha_to.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_pha_to.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_pha_to.burd_div IS '負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_to.spcfc_dev_cd IS '特定器材コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_to.use_amnt IS '使用量';
COMMENT ON COLUMN :SC_NAME.trial_pha_to.unit_cd IS '単位コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_to.unit_price IS '単価';
COMMENT ON COLUMN :SC_NAME.trial_pha_to.spcfc_dev_name IS '特定器材名称（予備）';
