-- mart: patients
-- what: 患者（通年パネル）。ID5 1つに1行
-- needs: panel_med_re, panel_med_ho, panel_dpc_re, panel_dpc_ho, panel_pha_re, panel_pha_ho, panel_den_re, panel_den_ho, panel_tokken_base, panel_thoken_base
-- By hand: psql -v SC_NAME=sample -v MART=mart -f patients.sql
-- ID5 が付かない（空または9の）レセプトは数えない。
CREATE TABLE :MART.patients AS
WITH receipt AS (
    SELECT re.id5, re.sex_div, re.birth_ym, re.age, re.post_no_top2, re.prac_ym, CASE WHEN right(re.rcp_cls, 1) IN ('1', '3', '5', '7', '9') THEN 'inpatient' ELSE 'outpatient' END AS kind, ho.total_score
      FROM (SELECT DISTINCT ON (seq2_no, prac_ym) * FROM :SC_NAME.panel_med_re ORDER BY seq2_no, prac_ym, seq1_no) AS re
      LEFT JOIN (SELECT DISTINCT ON (seq2_no, prac_ym) seq2_no, prac_ym, total_score
                   FROM :SC_NAME.panel_med_ho ORDER BY seq2_no, prac_ym, seq1_no) AS ho USING (seq2_no, prac_ym)
     WHERE re.id5 IS NOT NULL AND re.id5 <> '9'
    UNION ALL
    SELECT re.id5, re.sex_div, re.birth_ym, re.age, re.post_no_top2, re.prac_ym, 'dpc' AS kind, ho.total_score
      FROM (SELECT DISTINCT ON (seq2_no, prac_ym) * FROM :SC_NAME.panel_dpc_re ORDER BY seq2_no, prac_ym, seq1_no) AS re
      LEFT JOIN (SELECT DISTINCT ON (seq2_no, prac_ym) seq2_no, prac_ym, total_score
                   FROM :SC_NAME.panel_dpc_ho ORDER BY seq2_no, prac_ym, seq1_no) AS ho USING (seq2_no, prac_ym)
     WHERE re.id5 IS NOT NULL AND re.id5 <> '9'
    UNION ALL
    SELECT re.id5, re.sex_div, re.birth_ym, re.age, re.post_no_top2, re.prac_ym, 'dispensing' AS kind, ho.total_score
      FROM (SELECT DISTINCT ON (seq2_no, prac_ym) * FROM :SC_NAME.panel_pha_re ORDER BY seq2_no, prac_ym, seq1_no) AS re
      LEFT JOIN (SELECT DISTINCT ON (seq2_no, prac_ym) seq2_no, prac_ym, total_score
                   FROM :SC_NAME.panel_pha_ho ORDER BY seq2_no, prac_ym, seq1_no) AS ho USING (seq2_no, prac_ym)
     WHERE re.id5 IS NOT NULL AND re.id5 <> '9'
    UNION ALL
    SELECT re.id5, re.sex_div, re.birth_ym, re.age, re.post_no_top2, re.prac_ym, 'dental' AS kind, ho.total_score
      FROM (SELECT DISTINCT ON (seq2_no, prac_ym) * FROM :SC_NAME.panel_den_re ORDER BY seq2_no, prac_ym, seq1_no) AS re
      LEFT JOIN (SELECT DISTINCT ON (seq2_no, prac_ym) seq2_no, prac_ym, total_score
                   FROM :SC_NAME.panel_den_ho ORDER BY seq2_no, prac_ym, seq1_no) AS ho USING (seq2_no, prac_ym)
     WHERE re.id5 IS NOT NULL AND re.id5 <> '9'
), person AS (
    SELECT id5, min(sex_div) AS sex_div, min(birth_ym) AS birth_ym, min(age) AS age, min(post_no_top2) AS post_no_top2,
           min(prac_ym) AS first_ym, max(prac_ym) AS last_ym, count(DISTINCT prac_ym) AS months,
           count(*) FILTER (WHERE kind = 'outpatient') AS outpatient_receipts,
           count(*) FILTER (WHERE kind = 'inpatient') AS inpatient_receipts,
           count(*) FILTER (WHERE kind = 'dpc') AS dpc_receipts,
           count(*) FILTER (WHERE kind = 'dispensing') AS dispensing_receipts,
           count(*) FILTER (WHERE kind = 'dental') AS dental_receipts,
           sum(total_score) AS total_score
      FROM receipt GROUP BY id5
), checked AS (
    SELECT id5, count(*) AS checkups, min(mee_ymd) AS first_checkup_ymd
      FROM :SC_NAME.panel_tokken_base WHERE id5 IS NOT NULL AND id5 <> '9' GROUP BY id5
), guided AS (
    SELECT id5, count(*) AS guidances
      FROM :SC_NAME.panel_thoken_base WHERE id5 IS NOT NULL AND id5 <> '9' GROUP BY id5
)
SELECT person.*, coalesce(checked.checkups, 0) AS checkups, checked.first_checkup_ymd,
       coalesce(guided.guidances, 0) AS guidances
  FROM person LEFT JOIN checked USING (id5) LEFT JOIN guided USING (id5);
CREATE UNIQUE INDEX ON :MART.patients (id5);
COMMENT ON TABLE :MART.patients IS '患者（通年パネル）：RE と HO、健診、保健指導から、ID5 1つに1行';
COMMENT ON COLUMN :MART.patients.id5 IS 'ID5。環境の外に持ち出せない';
COMMENT ON COLUMN :MART.patients.sex_div IS '男女区分';
COMMENT ON COLUMN :MART.patients.birth_ym IS '生年月';
COMMENT ON COLUMN :MART.patients.age IS '年度内で最も若い年齢';
COMMENT ON COLUMN :MART.patients.post_no_top2 IS '郵便番号上二桁';
COMMENT ON COLUMN :MART.patients.first_ym IS '最初の診療年月';
COMMENT ON COLUMN :MART.patients.last_ym IS '最後の診療年月';
COMMENT ON COLUMN :MART.patients.months IS 'レセプトのある月の数';
COMMENT ON COLUMN :MART.patients.outpatient_receipts IS '医科外来レセプトの数';
COMMENT ON COLUMN :MART.patients.inpatient_receipts IS '医科入院レセプトの数';
COMMENT ON COLUMN :MART.patients.dpc_receipts IS 'DPCレセプトの数';
COMMENT ON COLUMN :MART.patients.dispensing_receipts IS '調剤レセプトの数';
COMMENT ON COLUMN :MART.patients.dental_receipts IS '歯科レセプトの数';
COMMENT ON COLUMN :MART.patients.total_score IS '合計点数の合計';
COMMENT ON COLUMN :MART.patients.checkups IS '特定健診の数';
COMMENT ON COLUMN :MART.patients.first_checkup_ymd IS '最初の健診実施年月日';
COMMENT ON COLUMN :MART.patients.guidances IS '特定保健指導の数';
