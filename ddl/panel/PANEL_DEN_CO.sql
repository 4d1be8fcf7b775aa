-- PANEL_DEN_CO: 歯科 コメントレコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_DEN_CO.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_den_co (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    prac_ident char(2),
    burd_div char(1),
    cmt_cd char(9),
    cmt_df text,
    reserve_01 text,
    reserve_02 text,
    reserve_03 text,
    reserve_04 text,
    reserve_05 text,
    aft_splmt_prac_ident text,
    serl_no integer,
    sers_odr integer,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_den_co IS '歯科 コメントレコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_den_co.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_den_co.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_den_co.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_den_co.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_den_co.prac_ident IS '診療識別';
COMMENT ON COLUMN :SC_NAME.panel_den_co.burd_div IS '負担区分';
COMMENT ON COLUMN :SC_NAME.panel_den_co.cmt_cd IS 'コメントコード';
COMMENT ON COLUMN :SC_NAME.panel_den_co.cmt_df IS '歯式（コメント）';
COMMENT ON COLUMN :SC_NAME.panel_den_co.reserve_01 IS '予備1';
COMMENT ON COLUMN :SC_NAME.panel_den_co.reserve_02 IS '予備2';
COMMENT ON COLUMN :SC_NAME.panel_den_co.reserve_03 IS '予備3';
COMMENT ON COLUMN :SC_NAME.panel_den_co.reserve_04 IS '予備4';
COMMENT ON COLUMN :SC_NAME.panel_den_co.reserve_05 IS '予備5';
COMMENT ON COLUMN :SC_NAME.panel_den_co.aft_splmt_prac_ident IS '補完後診療識別';
COMMENT ON COLUMN :SC_NAME.panel_den_co.serl_no IS '一連番号';
COMMENT ON COLUMN :SC_NAME.panel_den_co.sers_odr IS '一連内順序';
COMMENT ON COLUMN :SC_NAME.panel_den_co.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_den_co.input_ym IS '取込年月';
