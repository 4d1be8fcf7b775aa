-- PANEL_DPC_SK: DPC 診療関連レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_DPC_SK.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_dpc_sk (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    prac_act_cd char(9),
    div_no text,
    oprtn_plan_ymd char(8),
    reserve_01 text,
    prac_div_cd text,
    prac_name text,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_dpc_sk IS 'DPC 診療関連レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sk.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sk.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sk.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sk.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sk.prac_act_cd IS '診療行為コード';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sk.div_no IS '区分番号';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sk.oprtn_plan_ymd IS '実施（予定）年月日';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sk.reserve_01 IS '予備1';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sk.prac_div_cd IS '診療区分';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sk.prac_name IS '診療名称';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sk.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sk.input_ym IS '取込年月';
