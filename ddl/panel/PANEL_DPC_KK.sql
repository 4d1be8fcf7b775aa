-- PANEL_DPC_KK: DPC 患者基礎レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_DPC_KK.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_dpc_kk (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    chg_dept_yon text,
    excpt_pub_ward_move_yon text,
    plan_emgcy_hostz_div text,
    last_dschg_ymd char(8),
    last_same_skwd_hostz_yon text,
    hostz_age smallint,
    birth_wt smallint,
    jcs text,
    reserve_01 text,
    burn_idx numeric(4,1),
    severity text,
    gaf text,
    hostz_month_age text,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_dpc_kk IS 'DPC 患者基礎レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_kk.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_dpc_kk.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_dpc_kk.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_dpc_kk.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_dpc_kk.chg_dept_yon IS '予備（転科の有無）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_kk.excpt_pub_ward_move_yon IS '一般病棟以外の病棟移動の有無';
COMMENT ON COLUMN :SC_NAME.panel_dpc_kk.plan_emgcy_hostz_div IS '予定・緊急入院区分';
COMMENT ON COLUMN :SC_NAME.panel_dpc_kk.last_dschg_ymd IS '前回退院年月日';
COMMENT ON COLUMN :SC_NAME.panel_dpc_kk.last_same_skwd_hostz_yon IS '前回同一傷病での入院の有無';
COMMENT ON COLUMN :SC_NAME.panel_dpc_kk.hostz_age IS '入院時年齢';
COMMENT ON COLUMN :SC_NAME.panel_dpc_kk.birth_wt IS '出生時体重';
COMMENT ON COLUMN :SC_NAME.panel_dpc_kk.jcs IS 'JCS';
COMMENT ON COLUMN :SC_NAME.panel_dpc_kk.reserve_01 IS '予備1';
COMMENT ON COLUMN :SC_NAME.panel_dpc_kk.burn_idx IS 'Burn Index';
COMMENT ON COLUMN :SC_NAME.panel_dpc_kk.severity IS '重症度等';
COMMENT ON COLUMN :SC_NAME.panel_dpc_kk.gaf IS '予備（GAF）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_kk.hostz_month_age IS '入院時月齢';
COMMENT ON COLUMN :SC_NAME.panel_dpc_kk.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_dpc_kk.input_ym IS '取込年月';
