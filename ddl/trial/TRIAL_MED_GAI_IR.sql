-- TRIAL_MED_GAI_IR: 医科入院外 医療機関情報レコード
-- 列: 公開の記録条件仕様による 10、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_MED_GAI_IR.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_med_gai_ir (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    exam_pay_inst char(1),
    tdfk char(2),
    score_list char(1),
    medi_inst_cd text,
    prac_dept_cd char(2),
    medi_inst_name text,
    req_ym char(6),
    mlt_vol_ident_info char(2),
    tel_no text
);
COMMENT ON TABLE :SC_NAME.trial_med_gai_ir IS '医科入院外 医療機関情報レコード';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ir.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ir.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ir.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ir.exam_pay_inst IS '審査支払機関';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ir.tdfk IS '都道府県';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ir.score_list IS '点数表';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ir.medi_inst_cd IS '医療機関コード';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ir.prac_dept_cd IS '予備（診療科コード）';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ir.medi_inst_name IS '医療機関名称';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ir.req_ym IS '請求年月';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ir.mlt_vol_ident_info IS 'マルチボリューム識別情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ir.tel_no IS '電話番号';
