-- PANEL_DEN_RE: 歯科 レセプト共通レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_DEN_RE.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_den_re (
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
    hostz_ymd char(8),
    cnslt_str_ymd char(8),
    outcm_div char(1),
    ward_div text,
    stand_burd_div text,
    rcpt_imptt_noti text,
    reserve_01 text,
    req_info1 text,
    reserve_02 text,
    non_hsptl_visit_req text,
    srch_no text,
    rec_cndtn_ym_no text,
    req_info2 text,
    reserve_03 text,
    reserve_04 text,
    reserve_05 text,
    input_ym char(6),
    age_hier_cd1 char(3),
    age_hier_cd2 char(3),
    last_birth_age smallint,
    last_birth_age_hier_cd1 char(3),
    last_birth_age_hier_cd2 char(3),
    post_no_top2 char(2)
);
COMMENT ON TABLE :SC_NAME.panel_den_re IS '歯科 レセプト共通レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_den_re.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_den_re.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_den_re.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_den_re.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_den_re.age IS '年齢';
COMMENT ON COLUMN :SC_NAME.panel_den_re.id5 IS 'ID5（個人単位被保険者番号由来の名寄せID）';
COMMENT ON COLUMN :SC_NAME.panel_den_re.rcp_no IS 'レセプト番号';
COMMENT ON COLUMN :SC_NAME.panel_den_re.rcp_cls IS 'レセプト種別';
COMMENT ON COLUMN :SC_NAME.panel_den_re.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_den_re.sex_div IS '男女区分';
COMMENT ON COLUMN :SC_NAME.panel_den_re.birth_ym IS '生年月';
COMMENT ON COLUMN :SC_NAME.panel_den_re.pay_rat IS '給付割合';
COMMENT ON COLUMN :SC_NAME.panel_den_re.hostz_ymd IS '入院年月日';
COMMENT ON COLUMN :SC_NAME.panel_den_re.cnslt_str_ymd IS '診療開始日';
COMMENT ON COLUMN :SC_NAME.panel_den_re.outcm_div IS '転帰区分';
COMMENT ON COLUMN :SC_NAME.panel_den_re.ward_div IS '病棟区分';
COMMENT ON COLUMN :SC_NAME.panel_den_re.stand_burd_div IS '一部負担金・食事療養費・生活療養費標準負担額区分';
COMMENT ON COLUMN :SC_NAME.panel_den_re.rcpt_imptt_noti IS 'レセプト特記事項';
COMMENT ON COLUMN :SC_NAME.panel_den_re.reserve_01 IS '予備1';
COMMENT ON COLUMN :SC_NAME.panel_den_re.req_info1 IS '請求情報1';
COMMENT ON COLUMN :SC_NAME.panel_den_re.reserve_02 IS '予備2';
COMMENT ON COLUMN :SC_NAME.panel_den_re.non_hsptl_visit_req IS '未来院請求';
COMMENT ON COLUMN :SC_NAME.panel_den_re.srch_no IS '検索番号';
COMMENT ON COLUMN :SC_NAME.panel_den_re.rec_cndtn_ym_no IS '記録条件仕様年月情報';
COMMENT ON COLUMN :SC_NAME.panel_den_re.req_info2 IS '請求情報2';
COMMENT ON COLUMN :SC_NAME.panel_den_re.reserve_03 IS '予備3';
COMMENT ON COLUMN :SC_NAME.panel_den_re.reserve_04 IS '予備4';
COMMENT ON COLUMN :SC_NAME.panel_den_re.reserve_05 IS '予備5';
COMMENT ON COLUMN :SC_NAME.panel_den_re.input_ym IS '取込年月';
COMMENT ON COLUMN :SC_NAME.panel_den_re.age_hier_cd1 IS '年齢階層コード1（5歳階級）';
COMMENT ON COLUMN :SC_NAME.panel_den_re.age_hier_cd2 IS '年齢階層コード2（10歳未満は各歳）';
COMMENT ON COLUMN :SC_NAME.panel_den_re.last_birth_age IS '満年齢';
COMMENT ON COLUMN :SC_NAME.panel_den_re.last_birth_age_hier_cd1 IS '満年齢階層コード1';
COMMENT ON COLUMN :SC_NAME.panel_den_re.last_birth_age_hier_cd2 IS '満年齢階層コード2';
COMMENT ON COLUMN :SC_NAME.panel_den_re.post_no_top2 IS '郵便番号上二桁';
