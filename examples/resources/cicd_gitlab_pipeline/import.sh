# The project's id or path, a colon, and the pipeline's id.
terraform import cicd_gitlab_pipeline.publish demo/app:1
