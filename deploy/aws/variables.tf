variable "name" {
  description = "What the function, its roles, its log and its schedules are called."
  type        = string
  default     = "odds-collector"
}

variable "image_uri" {
  description = "The image built from the Dockerfile, in a registry of this account, with its tag or digest."
  type        = string
}

variable "architecture" {
  description = "What the image was built for: x86_64 or arm64."
  type        = string
  default     = "x86_64"
}

variable "postgres_host" {
  description = "Where the warehouse is."
  type        = string
}

variable "postgres_port" {
  description = "The port of the warehouse."
  type        = number
  default     = 5432
}

variable "postgres_user" {
  description = "Who logs in there; may create schemas in the database."
  type        = string
  default     = "odds"
}

variable "postgres_database" {
  description = "The database; it must exist."
  type        = string
  default     = "odds"
}

variable "secret_arn" {
  description = "A secret of Secrets Manager: a JSON object of ODDS_API_KEY and PGPASSWORD."
  type        = string
}

variable "settings" {
  description = "Further settings by their names in .env.example, as ODDS_SPORTS."
  type        = map(string)
  default     = {}
}

variable "subnet_ids" {
  description = "Private subnets from which the warehouse can be reached. They need a way out (a NAT gateway) to the API and to AWS. Empty: no VPC."
  type        = list(string)
  default     = []
}

variable "security_group_ids" {
  description = "Security groups of the function in those subnets."
  type        = list(string)
  default     = []
}

variable "efs_access_point_arn" {
  description = "An EFS access point, for user 10001, that keeps responses which could not be landed. Null: they live in /tmp, and go with it."
  type        = string
  default     = null
}

variable "memory_mb" {
  description = "Memory; processors come in proportion, a whole one at 1769."
  type        = number
  default     = 2048
}

variable "timeout_seconds" {
  description = "How long a run may take; the daily build is the longest."
  type        = number
  default     = 900
}

variable "reserved_concurrency" {
  description = "1 lets one run wait for another; -1 where the account's limit is too low to reserve any: a run that finds another under way ends then, and says so."
  type        = number
  default     = 1
}

variable "safety_net" {
  description = "How often a run starts whatever was scheduled, should a run have been killed before it could set the next one."
  type        = string
  default     = "rate(1 hour)"
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
  default     = 30
}
