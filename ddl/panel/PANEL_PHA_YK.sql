-- PANEL_PHA_YK: 調剤 薬局情報レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_PHA_YK.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_pha_yk (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    exam_pay_inst char(1),
    tdfk char(2),
    score_list char(1),
    drgst_cd text,
    req_ym char(6),
    mlt_vol_ident_info text,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_pha_yk IS '調剤 薬局情報レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_pha_yk.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_pha_yk.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_pha_yk.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_pha_yk.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_pha_yk.exam_pay_inst IS '審査支払機関';
COMMENT ON COLUMN :SC_NAME.panel_pha_yk.tdfk IS '都道府県';
COMMENT ON COLUMN :SC_NAME.panel_pha_yk.score_list IS '点数表';
COMMENT ON COLUMN :SC_NAME.panel_pha_yk.drgst_cd IS '調剤薬局コード（匿名化後）';
COMMENT ON COLUMN :SC_NAME.panel_pha_yk.req_ym IS '請求年月';
COMMENT ON COLUMN :SC_NAME.panel_pha_yk.mlt_vol_ident_info IS 'マルチボリューム識別情報';
COMMENT ON COLUMN :SC_NAME.panel_pha_yk.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_pha_yk.input_ym IS '取込年月';
