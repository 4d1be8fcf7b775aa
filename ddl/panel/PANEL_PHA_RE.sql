-- PANEL_PHA_RE: 調剤 レセプト共通レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_PHA_RE.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_pha_re (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    age smallint,
    id5 text,
    rcp_no integer,
    rcp_cls char(4),
    prac_ym char(6),
    sex_div char(1),
    birth_ym char(6),
    pay_rat smallint,
    rcpt_imptt_noti text,
    tdfk char(2),
    score_list char(1),
    medi_inst text,
    reserve_01 text,
    srch_no text,
    rec_cndtn_spec_ym_info text,
    req_info text,
    part_burd_div text,
    input_ym char(6),
    age_hier_cd1 char(3),
    age_hier_cd2 char(3),
    last_birth_age smallint,
    last_birth_age_hier_cd1 char(3),
    last_birth_age_hier_cd2 char(3),
    post_no_top2 char(2)
);
COMMENT ON TABLE :SC_NAME.panel_pha_re IS '調剤 レセプト共通レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.age IS '年齢';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.id5 IS 'ID5（個人単位被保険者番号由来の名寄せID）';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.rcp_no IS 'レセプト番号';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.rcp_cls IS 'レセプト種別';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.prac_ym IS '調剤年月';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.sex_div IS '男女区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.birth_ym IS '生年月';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.pay_rat IS '給付割合';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.rcpt_imptt_noti IS 'レセプト特記事項';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.tdfk IS '医療機関・都道府県';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.score_list IS '医療機関・点数表';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.medi_inst IS '医療機関・コード（匿名化後）';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.reserve_01 IS '予備1';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.srch_no IS '検索番号';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.rec_cndtn_spec_ym_info IS '記録条件仕様年月情報';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.req_info IS '請求情報';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.part_burd_div IS '一部負担金区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.input_ym IS '取込年月';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.age_hier_cd1 IS '年齢階層コード1（5歳階級）';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.age_hier_cd2 IS '年齢階層コード2（10歳未満は各歳）';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.last_birth_age IS '満年齢';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.last_birth_age_hier_cd1 IS '満年齢階層コード1';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.last_birth_age_hier_cd2 IS '満年齢階層コード2';
COMMENT ON COLUMN :SC_NAME.panel_pha_re.post_no_top2 IS '郵便番号上二桁';
