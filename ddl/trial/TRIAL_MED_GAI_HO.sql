-- TRIAL_MED_GAI_HO: 医科入院外 保険者レコード
-- 列: 公開の記録条件仕様による 15、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_MED_GAI_HO.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_med_gai_ho (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    insurer_no text,
    insured_symbol text,
    insured_no text,
    prac_true_days smallint,
    total_score integer,
    reserve_01 text,
    times smallint,
    total_price integer,
    reason_duty char(1),
    certificate_no text,
    medi_insu integer,
    rdct_tax_div char(1),
    rdct_rat smallint,
    rdct_price integer
);
COMMENT ON TABLE :SC_NAME.trial_med_gai_ho IS '医科入院外 保険者レコード';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ho.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ho.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ho.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ho.insurer_no IS '保険者番号';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ho.insured_symbol IS '被保険者証（手帳）等の記号';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ho.insured_no IS '被保険者証（手帳）等の番号';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ho.prac_true_days IS '診療実日数';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ho.total_score IS '合計点数';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ho.reserve_01 IS '予備';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ho.times IS '食事療養・生活療養・回数';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ho.total_price IS '食事療養・生活療養・合計金額';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ho.reason_duty IS '職務上の事由';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ho.certificate_no IS '証明書番号';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ho.medi_insu IS '負担金額・医療保険';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ho.rdct_tax_div IS '負担金額・減免区分';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ho.rdct_rat IS '負担金額・減額割合';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ho.rdct_price IS '負担金額・減額金額';
