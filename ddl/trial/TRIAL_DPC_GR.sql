-- TRIAL_DPC_GR: DPC 包括評価対象外理由レコード
-- 列: 公開の記録条件仕様による 3、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_DPC_GR.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_dpc_gr (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    yield_calc_reason char(2),
    diag_grp_cls_no char(14)
);
COMMENT ON TABLE :SC_NAME.trial_dpc_gr IS 'DPC 包括評価対象外理由レコード';
COMMENT ON COLUMN :SC_NAME.trial_dpc_gr.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_dpc_gr.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_dpc_gr.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_dpc_gr.yield_calc_reason IS '医科点数表算定理由';
COMMENT ON COLUMN :SC_NAME.trial_dpc_gr.diag_grp_cls_no IS 'DPCコード';
