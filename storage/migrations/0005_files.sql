-- Which files are about a child.
CREATE TABLE student_files (
  school KEY64 NOT NULL, student KEY64 NOT NULL, file KEY64 NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (school, student, file)
) KEYED;
