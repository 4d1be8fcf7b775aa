-- PANEL_DPC_CD: DPC コーディングレコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_DPC_CD.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_dpc_cd (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    oprtn_ymd char(8),
    prac_ident char(2),
    order_no smallint,
    act_detl_no smallint,
    rcpt_comp_sys_rec char(9),
    use_amnt numeric(10,5),
    qnt_dat integer,
    unit_cd text,
    times smallint,
    spcfc_dev_name text,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_dpc_cd IS 'DPC コーディングレコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_cd.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_dpc_cd.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_dpc_cd.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_dpc_cd.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_dpc_cd.oprtn_ymd IS '実施年月日';
COMMENT ON COLUMN :SC_NAME.panel_dpc_cd.prac_ident IS '診療識別';
COMMENT ON COLUMN :SC_NAME.panel_dpc_cd.order_no IS '順序番号';
COMMENT ON COLUMN :SC_NAME.panel_dpc_cd.act_detl_no IS '行為明細番号';
COMMENT ON COLUMN :SC_NAME.panel_dpc_cd.rcpt_comp_sys_rec IS 'レセプト電算処理システム用コード';
COMMENT ON COLUMN :SC_NAME.panel_dpc_cd.use_amnt IS '使用量';
COMMENT ON COLUMN :SC_NAME.panel_dpc_cd.qnt_dat IS '数量データ';
COMMENT ON COLUMN :SC_NAME.panel_dpc_cd.unit_cd IS '単位コード';
COMMENT ON COLUMN :SC_NAME.panel_dpc_cd.times IS '回数';
COMMENT ON COLUMN :SC_NAME.panel_dpc_cd.spcfc_dev_name IS '特定器材名称';
COMMENT ON COLUMN :SC_NAME.panel_dpc_cd.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_dpc_cd.input_ym IS '取込年月';
