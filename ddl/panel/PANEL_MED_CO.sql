-- PANEL_MED_CO: 医科（入院・入院外） コメントレコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_MED_CO.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_med_co (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    prac_ident char(2),
    burd_div char(1),
    cmt_cd char(9),
    aft_splmt_prac_ident text,
    serl_no integer,
    sers_odr integer,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_med_co IS '医科（入院・入院外） コメントレコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_med_co.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_med_co.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_med_co.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_med_co.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_med_co.prac_ident IS '診療識別';
COMMENT ON COLUMN :SC_NAME.panel_med_co.burd_div IS '負担区分';
COMMENT ON COLUMN :SC_NAME.panel_med_co.cmt_cd IS 'コメントコード';
COMMENT ON COLUMN :SC_NAME.panel_med_co.aft_splmt_prac_ident IS '補完後診療識別';
COMMENT ON COLUMN :SC_NAME.panel_med_co.serl_no IS '一連番号';
COMMENT ON COLUMN :SC_NAME.panel_med_co.sers_odr IS '一連内順序';
COMMENT ON COLUMN :SC_NAME.panel_med_co.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_med_co.input_ym IS '取込年月';
