-- Applications (请假, 停课, 休学, 转学 …) on their way through the posts that decide.
CREATE TABLE applications (
  school KEY64 NOT NULL, id KEY64 NOT NULL, student KEY64 NOT NULL, state KEY16 NOT NULL, asked_at BIGINT NOT NULL, over_at BIGINT NOT NULL, body BODY NOT NULL,
  PRIMARY KEY (school, id)
) KEYED;
CREATE INDEX applications_student ON applications (school, student, asked_at);
