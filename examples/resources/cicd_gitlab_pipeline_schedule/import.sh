# The project's path or id, a colon, and the schedule's id.
terraform import cicd_gitlab_pipeline_schedule.build_packages demo/app:1
