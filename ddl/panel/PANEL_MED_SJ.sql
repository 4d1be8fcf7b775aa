-- PANEL_MED_SJ: 医科（入院・入院外） 症状詳記レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_MED_SJ.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_med_sj (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    symp_minu_dscpt_div text,
    symp_minu_dscpt_dat text,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_med_sj IS '医科（入院・入院外） 症状詳記レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_med_sj.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_med_sj.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_med_sj.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_med_sj.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_med_sj.symp_minu_dscpt_div IS '症状詳記区分';
COMMENT ON COLUMN :SC_NAME.panel_med_sj.symp_minu_dscpt_dat IS '症状詳記データ';
COMMENT ON COLUMN :SC_NAME.panel_med_sj.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_med_sj.input_ym IS '取込年月';
