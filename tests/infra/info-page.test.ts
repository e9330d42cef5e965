import { Match, Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { InfoPage, NOT_FORWARDED } from "../../infra/info-page.ts";
import { API_PREFIXES, StatisticsApi } from "../../infra/statistics-api.ts";
import { builtPage } from "../../local/built-page.ts";
import { readPages } from "../../local/pages.ts";
import { groundOf } from "./deployment.ts";

const synthesised = (): Template => {
  const { stack, ...ground } = groundOf();
  const api = new StatisticsApi(stack, "Statistics", ground);
  new InfoPage(stack, "Page", { api, accessLogs: ground.accessLogs });
  return Template.fromStack(stack);
};

/** Policies that AWS manages, by what they do. */
const CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const ALL_VIEWER_EXCEPT_HOST_HEADER = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

interface Behavior {
  readonly PathPattern: string;
}

const template = synthesised();
const distribution = (config: object): object => ({ DistributionConfig: Match.objectLike(config) });

describe("what CloudFront knows by name, for the whole account,", () => {
  it.each([
    ["AWS::CloudFront::CachePolicy", "CachePolicyConfig"],
    ["AWS::CloudFront::ResponseHeadersPolicy", "ResponseHeadersPolicyConfig"],
    ["AWS::CloudFront::OriginAccessControl", "OriginAccessControlConfig"],
  ])("is another in another region: %s", (type, config) => {
    for (const { Properties } of Object.values(template.findResources(type)) as { Properties: object }[]) {
      const { Name } = (Properties as Record<string, { Name: unknown }>)[config] ?? {};
      expect(JSON.stringify(Name)).toContain('{"Ref":"AWS::Region"}');
    }
    template.resourceCountIs(type, 1);
  });
});

describe("the page's bucket", () => {
  it("is closed, versioned, logged and encrypted", () => {
    template.hasResourceProperties("AWS::S3::Bucket", {
      LoggingConfiguration: { LogFilePrefix: "page/" },
      VersioningConfiguration: { Status: "Enabled" },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: Match.anyValue(),
    });
  });

  it("is read by this distribution and by nobody else", () => {
    template.hasResourceProperties("AWS::S3::BucketPolicy", {
      Bucket: { Ref: Match.stringLikeRegexp("^Page") },
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ["s3:GetObject", "s3:ListBucket"],
            Effect: "Allow",
            Principal: { Service: "cloudfront.amazonaws.com" },
            Condition: { StringEquals: { "AWS:SourceArn": Match.anyValue() } },
          }),
        ]),
      },
    });
    template.hasResourceProperties("AWS::CloudFront::OriginAccessControl", {
      OriginAccessControlConfig: Match.objectLike({ SigningBehavior: "always", SigningProtocol: "sigv4" }),
    });
  });
});

describe("the distribution", () => {
  it("serves the page at the root, over TLS, and lets it be read only", () => {
    template.hasResourceProperties(
      "AWS::CloudFront::Distribution",
      distribution({
        DefaultRootObject: "index.html",
        DefaultCacheBehavior: Match.objectLike({
          ViewerProtocolPolicy: "redirect-to-https",
          AllowedMethods: ["GET", "HEAD"],
        }),
      }),
    );
  });

  it("forwards every path of the API uncached, with every header and method, but for those with a secret in them", () => {
    const [found] = Object.values(template.findResources("AWS::CloudFront::Distribution"));
    const behaviors = found?.["Properties"].DistributionConfig.CacheBehaviors as Behavior[];

    expect(behaviors.map(({ PathPattern }) => PathPattern).toSorted()).toEqual(
      API_PREFIXES.filter((prefix) => prefix !== "/ingest/imkit")
        .flatMap((prefix) => [prefix, `${prefix}/*`])
        .toSorted(),
    );
    expect(NOT_FORWARDED.filter((prefix) => !API_PREFIXES.includes(prefix))).toEqual([]);
    for (const behavior of behaviors)
      expect(behavior).toMatchObject({
        CachePolicyId: CACHING_DISABLED,
        OriginRequestPolicyId: ALL_VIEWER_EXCEPT_HOST_HEADER,
        ViewerProtocolPolicy: "https-only",
        AllowedMethods: expect.arrayContaining(["GET", "HEAD", "POST", "DELETE", "OPTIONS"]),
      });
  });

  it("reaches the API over TLS 1.2, and waits longer for it than it waits for itself", () => {
    template.hasResourceProperties(
      "AWS::CloudFront::Distribution",
      distribution({
        Origins: Match.arrayWith([
          Match.objectLike({
            CustomOriginConfig: {
              OriginProtocolPolicy: "https-only",
              OriginSSLProtocols: ["TLSv1.2"],
              OriginReadTimeout: 35,
            },
          }),
        ]),
      }),
    );
  });

  it("makes no answer of its own out of the API's errors", () => {
    template.hasResourceProperties(
      "AWS::CloudFront::Distribution",
      distribution({ CustomErrorResponses: Match.absent() }),
    );
  });

  it("logs without cookies", () => {
    template.hasResourceProperties(
      "AWS::CloudFront::Distribution",
      distribution({ Logging: Match.objectLike({ Prefix: "cloudfront/" }) }),
    );
  });
});

describe("the page's headers", () => {
  it("are those of the local front door, and TLS for good", async () => {
    const local = (await readPages(await builtPage())).get("/")?.headers ?? {};

    template.hasResourceProperties("AWS::CloudFront::ResponseHeadersPolicy", {
      ResponseHeadersPolicyConfig: Match.objectLike({
        SecurityHeadersConfig: Match.objectLike({
          ContentSecurityPolicy: { ContentSecurityPolicy: local["content-security-policy"], Override: true },
          ReferrerPolicy: { ReferrerPolicy: local["referrer-policy"], Override: true },
          ContentTypeOptions: { Override: true },
          StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, Override: true },
        }),
        CustomHeadersConfig: {
          Items: [
            { Header: "cache-control", Value: local["cache-control"], Override: true },
            {
              Header: "cross-origin-opener-policy",
              Value: local["cross-origin-opener-policy"],
              Override: true,
            },
          ],
        },
      }),
    });
  });

  it("let a new page be seen within a minute", () => {
    template.hasResourceProperties("AWS::CloudFront::CachePolicy", {
      CachePolicyConfig: Match.objectLike({ DefaultTTL: 60, MaxTTL: 60, MinTTL: 0 }),
    });
  });
});

describe("the access logs", () => {
  it("are kept for three months", () => {
    template.hasResourceProperties("AWS::S3::Bucket", {
      LifecycleConfiguration: { Rules: [Match.objectLike({ Id: "forget-old-logs", ExpirationInDays: 90 })] },
    });
  });
});
