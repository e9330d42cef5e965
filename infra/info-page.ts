import { Duration, Names, Stack, Validations } from "aws-cdk-lib";
import {
  AccessLevel,
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  type DistributionProps,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { HttpOrigin, S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { Bucket, type IBucket, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { PRIVATE } from "./private-bucket.ts";
import { PAGE_POLICY } from "../functions/contract.ts";
import type { AccessLogs } from "./access-logs.ts";
import type { Domain } from "./options.ts";
import { API_PREFIXES, type StatisticsApi } from "./statistics-api.ts";

/** What the page stands on. */
export interface InfoPageProps {
  readonly api: StatisticsApi;
  readonly accessLogs: AccessLogs;
  /** Undefined for CloudFront's own name. */
  readonly domain?: Domain | undefined;
}

/**
 * Paths with a secret in them, which a chat server reports to: CloudFront's logs keep every path, API Gateway's none, so
 * these are reached at the API's own address alone.
 */
export const NOT_FORWARDED: readonly string[] = ["/ingest/imkit"];
const FORWARDED = API_PREFIXES.filter((prefix) => !NOT_FORWARDED.includes(prefix));

/** So soon a page that was replaced is seen by everybody, without asking CloudFront to forget the old one. */
const FRESH = Duration.minutes(1);

/** The Info page and the API under one origin, so that the page needs no leave to ask it. */
export class InfoPage extends Construct {
  /** Gets the page that `npm run build:page` builds: `aws s3 sync dist/page s3://‹bucket›`. */
  readonly bucket: Bucket;
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, { api, accessLogs, domain }: InfoPageProps) {
    super(scope, id);

    this.bucket = new Bucket(this, "Bucket", {
      ...PRIVATE,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      serverAccessLogsBucket: accessLogs.bucket,
      serverAccessLogsPrefix: "page/",
      lifecycleRules: [
        {
          id: "forget-replaced-versions",
          noncurrentVersionExpiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });
    this.distribution = new Distribution(this, "Distribution", {
      comment: "Tidemark: the Info page and the API",
      defaultRootObject: "index.html",
      defaultBehavior: this.#pages(),
      additionalBehaviors: this.#apiPaths(api),
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      logBucket: accessLogs.bucket,
      logFilePrefix: "cloudfront/",
      logIncludesCookies: false,
      ...this.#named(domain),
    });
    this.#explain(domain);
  }

  #named(
    domain: Domain | undefined,
  ): Pick<DistributionProps, "domainNames" | "certificate" | "minimumProtocolVersion"> {
    if (domain === undefined) return {};
    return {
      domainNames: [domain.name],
      certificate: Certificate.fromCertificateArn(this, "Certificate", domain.certificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
    };
  }

  /** CloudFront has names for the whole account, and the same stack may stand in several of its regions. */
  #nameOf(part: string): string {
    return `${Names.uniqueResourceName(this, { maxLength: 30 })}-${part}-${Stack.of(this).region}`;
  }

  #pages(): BehaviorOptions {
    return {
      // Who may not list gets 403 for what isn't there, and that could not be told from a refusal.
      origin: S3BucketOrigin.withOriginAccessControl(this.bucket as IBucket, {
        originAccessControl: new S3OriginAccessControl(this, "Access", {
          originAccessControlName: this.#nameOf("access"),
        }),
        originAccessLevels: [AccessLevel.READ, AccessLevel.LIST],
      }),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy: new CachePolicy(this, "PageCache", {
        comment: "Pages change with a deployment and are small",
        minTtl: Duration.seconds(0),
        defaultTtl: FRESH,
        maxTtl: FRESH,
        enableAcceptEncodingBrotli: true,
        enableAcceptEncodingGzip: true,
      }),
      responseHeadersPolicy: new ResponseHeadersPolicy(this, "PageHeaders", {
        responseHeadersPolicyName: this.#nameOf("headers"),
        comment: "The page loads nothing from elsewhere and is framed by nobody",
        securityHeadersBehavior: {
          contentSecurityPolicy: { contentSecurityPolicy: PAGE_POLICY, override: true },
          contentTypeOptions: { override: true },
          frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
          referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
          strictTransportSecurity: { accessControlMaxAge: Duration.days(365), override: true },
        },
        customHeadersBehavior: {
          customHeaders: [
            { header: "cache-control", value: "no-cache", override: true },
            { header: "cross-origin-opener-policy", value: "same-origin", override: true },
          ],
        },
      }),
    };
  }

  #apiPaths({ host }: StatisticsApi): Record<string, BehaviorOptions> {
    const behavior: BehaviorOptions = {
      origin: new HttpOrigin(host, {
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        originSslProtocols: [OriginSslPolicy.TLS_V1_2],
        // The API's own 30 seconds have to end first.
        readTimeout: Duration.seconds(35),
      }),
      // Redirected, a key would have gone over the wire in the clear already; refused, its sender finds out.
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      // Keys come in authorization, x-api-key, X-Auth-Token, X-User-Id or IM-API-KEY; API Gateway knows itself by Host.
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      // The functions compress what is worth it.
      compress: false,
    };
    return Object.fromEntries(FORWARDED.flatMap((prefix) => [prefix, `${prefix}/*`].map((path) => [path, behavior])));
  }

  #explain(domain: Domain | undefined): void {
    Validations.of(this.distribution).acknowledge(
      {
        id: "Annotation::@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk",
        reason: "A default root object stands in front of the listing, and no query reaches the bucket.",
      },
      { id: "AwsSolutions-CFR1", reason: "Chat workspaces are everywhere; no country is kept out." },
      {
        id: "AwsSolutions-CFR2",
        reason:
          "Every number needs a secret of 43 random characters, the stage throttles and bodies are bounded; whoever wants a firewall, which costs more than all the rest, can put one in front.",
      },
    );
    if (domain === undefined)
      Validations.of(this.distribution).acknowledge({
        id: "AwsSolutions-CFR4",
        reason:
          "Under CloudFront's own domain name the certificate and the lowest TLS version are CloudFront's; a domain of one's own brings TLS 1.2 with it.",
      });
  }
}
