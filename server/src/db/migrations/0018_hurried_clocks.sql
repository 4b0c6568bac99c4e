-- contract: a row for each project, so the lock is held for milliseconds
CREATE INDEX "projects_hurried" ON "projects" USING btree ("id") WHERE clock_offset_ms > 0;