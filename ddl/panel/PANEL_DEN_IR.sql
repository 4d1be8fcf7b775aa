-- PANEL_DEN_IR: 歯科 医療機関情報レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_DEN_IR.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_den_ir (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    exam_pay_inst char(1),
    tdfk char(2),
    score_list char(1),
    medi_inst_cd text,
    prac_dept_cd text,
    req_ym char(6),
    notification text,
    vci_hsptl_div char(1),
    prac_ym char(6),
    input_ym char(6),
    scnd_medi_area_flg text
);
COMMENT ON TABLE :SC_NAME.panel_den_ir IS '歯科 医療機関情報レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_den_ir.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_den_ir.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_den_ir.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_den_ir.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ir.exam_pay_inst IS '審査支払機関';
COMMENT ON COLUMN :SC_NAME.panel_den_ir.tdfk IS '都道府県';
COMMENT ON COLUMN :SC_NAME.panel_den_ir.score_list IS '点数表';
COMMENT ON COLUMN :SC_NAME.panel_den_ir.medi_inst_cd IS '医療機関コード（匿名化後）';
COMMENT ON COLUMN :SC_NAME.panel_den_ir.prac_dept_cd IS '予備（診療科コード）';
COMMENT ON COLUMN :SC_NAME.panel_den_ir.req_ym IS '請求年月';
COMMENT ON COLUMN :SC_NAME.panel_den_ir.notification IS '届出';
COMMENT ON COLUMN :SC_NAME.panel_den_ir.vci_hsptl_div IS '病診区分';
COMMENT ON COLUMN :SC_NAME.panel_den_ir.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_den_ir.input_ym IS '取込年月';
COMMENT ON COLUMN :SC_NAME.panel_den_ir.scnd_medi_area_flg IS '二次医療圏に係るフラグ';
