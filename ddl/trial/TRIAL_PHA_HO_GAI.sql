-- TRIAL_PHA_HO_GAI: 医科入院外に紐づく調剤 保険者レコード
-- 列: 公開の記録条件仕様による 14、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_PHA_HO_GAI.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_pha_ho_gai (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    insurer_no text,
    insured_symbol text,
    insured_no text,
    prspt_rcptn_times smallint,
    total_score integer,
    reserve_01 text,
    reason_duty char(1),
    certificate_no text,
    part_burd integer,
    reserve_02 text,
    rdct_tax_div char(1),
    rdct_rat smallint,
    rdct_price integer
);
COMMENT ON TABLE :SC_NAME.trial_pha_ho_gai IS '医科入院外に紐づく調剤 保険者レコード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ho_gai.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_pha_ho_gai.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_pha_ho_gai.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_pha_ho_gai.insurer_no IS '保険者番号';
COMMENT ON COLUMN :SC_NAME.trial_pha_ho_gai.insured_symbol IS '被保険者証（手帳）等の記号';
COMMENT ON COLUMN :SC_NAME.trial_pha_ho_gai.insured_no IS '被保険者証（手帳）等の番号';
COMMENT ON COLUMN :SC_NAME.trial_pha_ho_gai.prspt_rcptn_times IS '処方箋受付回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ho_gai.total_score IS '合計点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ho_gai.reserve_01 IS '予備';
COMMENT ON COLUMN :SC_NAME.trial_pha_ho_gai.reason_duty IS '職務上の事由';
COMMENT ON COLUMN :SC_NAME.trial_pha_ho_gai.certificate_no IS '証明書番号';
COMMENT ON COLUMN :SC_NAME.trial_pha_ho_gai.part_burd IS '一部負担金';
COMMENT ON COLUMN :SC_NAME.trial_pha_ho_gai.reserve_02 IS '予備（負担金額減免）';
COMMENT ON COLUMN :SC_NAME.trial_pha_ho_gai.rdct_tax_div IS '減免区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ho_gai.rdct_rat IS '減額割合';
COMMENT ON COLUMN :SC_NAME.trial_pha_ho_gai.rdct_price IS '減額金額';
