# The project's path or id, the schedule's id, and the key, with colons between them.
terraform import cicd_gitlab_pipeline_schedule_variable.package_version demo/app:1:PACKAGE_VERSION
