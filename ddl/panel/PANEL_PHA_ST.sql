-- PANEL_PHA_ST: 調剤 分割技術料レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_PHA_ST.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_pha_st (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    prspt_ymd char(8),
    dspng_ymd char(8),
    prspt_rcptn_time smallint,
    div_num_time_directions smallint,
    div_ho_target_score integer,
    score_after_div_ho integer,
    div01_target_score integer,
    score_after_div01 integer,
    div02_target_score integer,
    score_after_div02 integer,
    div03_target_score integer,
    score_after_div03 integer,
    div04_target_score integer,
    score_after_div04 integer,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_pha_st IS '調剤 分割技術料レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_pha_st.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_pha_st.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_pha_st.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_pha_st.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_pha_st.prspt_ymd IS '処方月日';
COMMENT ON COLUMN :SC_NAME.panel_pha_st.dspng_ymd IS '調剤月日';
COMMENT ON COLUMN :SC_NAME.panel_pha_st.prspt_rcptn_time IS '処方箋受付回';
COMMENT ON COLUMN :SC_NAME.panel_pha_st.div_num_time_directions IS '分割指示回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_st.div_ho_target_score IS '分割対象点数・保険';
COMMENT ON COLUMN :SC_NAME.panel_pha_st.score_after_div_ho IS '分割後点数・保険';
COMMENT ON COLUMN :SC_NAME.panel_pha_st.div01_target_score IS '分割対象点数・第一公費';
COMMENT ON COLUMN :SC_NAME.panel_pha_st.score_after_div01 IS '分割後点数・第一公費';
COMMENT ON COLUMN :SC_NAME.panel_pha_st.div02_target_score IS '分割対象点数・第二公費';
COMMENT ON COLUMN :SC_NAME.panel_pha_st.score_after_div02 IS '分割後点数・第二公費';
COMMENT ON COLUMN :SC_NAME.panel_pha_st.div03_target_score IS '分割対象点数・第三公費';
COMMENT ON COLUMN :SC_NAME.panel_pha_st.score_after_div03 IS '分割後点数・第三公費';
COMMENT ON COLUMN :SC_NAME.panel_pha_st.div04_target_score IS '分割対象点数・第四公費';
COMMENT ON COLUMN :SC_NAME.panel_pha_st.score_after_div04 IS '分割後点数・第四公費';
COMMENT ON COLUMN :SC_NAME.panel_pha_st.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_pha_st.input_ym IS '取込年月';
