-- TRIAL_PHA_IY_GAI: 医科入院外に紐づく調剤 医薬品レコード
-- 列: 公開の記録条件仕様による 10、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_PHA_IY_GAI.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_pha_iy_gai (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    burd_div char(1),
    medicine_cd char(9),
    use_amnt numeric(10,5),
    reserve_01 text,
    reserve_02 text,
    mix_div_cd char(1),
    mix_div_brnch char(1),
    cmpnd_inapr_div char(1),
    dose numeric(10,5)
);
COMMENT ON TABLE :SC_NAME.trial_pha_iy_gai IS '医科入院外に紐づく調剤 医薬品レコード';
COMMENT ON COLUMN :SC_NAME.trial_pha_iy_gai.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_pha_iy_gai.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_pha_iy_gai.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_pha_iy_gai.burd_div IS '負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_iy_gai.medicine_cd IS '医薬品コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_iy_gai.use_amnt IS '使用量';
COMMENT ON COLUMN :SC_NAME.trial_pha_iy_gai.reserve_01 IS '予備1';
COMMENT ON COLUMN :SC_NAME.trial_pha_iy_gai.reserve_02 IS '予備2';
COMMENT ON COLUMN :SC_NAME.trial_pha_iy_gai.mix_div_cd IS '混合区分・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_iy_gai.mix_div_brnch IS '混合区分・枝';
COMMENT ON COLUMN :SC_NAME.trial_pha_iy_gai.cmpnd_inapr_div IS '配合不適区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_iy_gai.dose IS '1回用量';
