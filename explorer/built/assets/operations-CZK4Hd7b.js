import{n as e,r as t}from"./rolldown-runtime-BWaJ3C7D.js";function n(e){let t=e?.kind;return typeof t==`string`&&o.has(t)}var r,i,a,o,s,c=e((()=>{r=class{constructor(e,t,n){this.start=e.start,this.end=t.end,this.startToken=e,this.endToken=t,this.source=n}get[Symbol.toStringTag](){return`Location`}toJSON(){return{start:this.start,end:this.end}}},i=class{constructor(e,t,n,r,i,a){this.kind=e,this.start=t,this.end=n,this.line=r,this.column=i,this.value=a,this.prev=null,this.next=null}get[Symbol.toStringTag](){return`Token`}toJSON(){return{kind:this.kind,value:this.value,line:this.line,column:this.column}}},a={Name:[],Document:[`definitions`],OperationDefinition:[`description`,`name`,`variableDefinitions`,`directives`,`selectionSet`],VariableDefinition:[`description`,`variable`,`type`,`defaultValue`,`directives`],Variable:[`name`],SelectionSet:[`selections`],Field:[`alias`,`name`,`arguments`,`directives`,`selectionSet`],Argument:[`name`,`value`],FragmentSpread:[`name`,`directives`],InlineFragment:[`typeCondition`,`directives`,`selectionSet`],FragmentDefinition:[`description`,`name`,`variableDefinitions`,`typeCondition`,`directives`,`selectionSet`],IntValue:[],FloatValue:[],StringValue:[],BooleanValue:[],NullValue:[],EnumValue:[],ListValue:[`values`],ObjectValue:[`fields`],ObjectField:[`name`,`value`],Directive:[`name`,`arguments`],NamedType:[`name`],ListType:[`type`],NonNullType:[`type`],SchemaDefinition:[`description`,`directives`,`operationTypes`],OperationTypeDefinition:[`type`],ScalarTypeDefinition:[`description`,`name`,`directives`],ObjectTypeDefinition:[`description`,`name`,`interfaces`,`directives`,`fields`],FieldDefinition:[`description`,`name`,`arguments`,`type`,`directives`],InputValueDefinition:[`description`,`name`,`type`,`defaultValue`,`directives`],InterfaceTypeDefinition:[`description`,`name`,`interfaces`,`directives`,`fields`],UnionTypeDefinition:[`description`,`name`,`directives`,`types`],EnumTypeDefinition:[`description`,`name`,`directives`,`values`],EnumValueDefinition:[`description`,`name`,`directives`],InputObjectTypeDefinition:[`description`,`name`,`directives`,`fields`],DirectiveDefinition:[`description`,`name`,`arguments`,`directives`,`locations`],SchemaExtension:[`directives`,`operationTypes`],DirectiveExtension:[`name`,`directives`],ScalarTypeExtension:[`name`,`directives`],ObjectTypeExtension:[`name`,`interfaces`,`directives`,`fields`],InterfaceTypeExtension:[`name`,`interfaces`,`directives`,`fields`],UnionTypeExtension:[`name`,`directives`,`types`],EnumTypeExtension:[`name`,`directives`,`values`],InputObjectTypeExtension:[`name`,`directives`,`fields`],TypeCoordinate:[`name`],MemberCoordinate:[`name`,`memberName`],ArgumentCoordinate:[`name`,`fieldName`,`argumentName`],DirectiveCoordinate:[`name`],DirectiveArgumentCoordinate:[`name`,`argumentName`]},o=new Set(Object.keys(a)),(function(e){e.QUERY=`query`,e.MUTATION=`mutation`,e.SUBSCRIPTION=`subscription`})(s||={})})),l,u=e((()=>{(function(e){e.NAME=`Name`,e.DOCUMENT=`Document`,e.OPERATION_DEFINITION=`OperationDefinition`,e.VARIABLE_DEFINITION=`VariableDefinition`,e.SELECTION_SET=`SelectionSet`,e.FIELD=`Field`,e.ARGUMENT=`Argument`,e.FRAGMENT_SPREAD=`FragmentSpread`,e.INLINE_FRAGMENT=`InlineFragment`,e.FRAGMENT_DEFINITION=`FragmentDefinition`,e.VARIABLE=`Variable`,e.INT=`IntValue`,e.FLOAT=`FloatValue`,e.STRING=`StringValue`,e.BOOLEAN=`BooleanValue`,e.NULL=`NullValue`,e.ENUM=`EnumValue`,e.LIST=`ListValue`,e.OBJECT=`ObjectValue`,e.OBJECT_FIELD=`ObjectField`,e.DIRECTIVE=`Directive`,e.NAMED_TYPE=`NamedType`,e.LIST_TYPE=`ListType`,e.NON_NULL_TYPE=`NonNullType`,e.SCHEMA_DEFINITION=`SchemaDefinition`,e.OPERATION_TYPE_DEFINITION=`OperationTypeDefinition`,e.SCALAR_TYPE_DEFINITION=`ScalarTypeDefinition`,e.OBJECT_TYPE_DEFINITION=`ObjectTypeDefinition`,e.FIELD_DEFINITION=`FieldDefinition`,e.INPUT_VALUE_DEFINITION=`InputValueDefinition`,e.INTERFACE_TYPE_DEFINITION=`InterfaceTypeDefinition`,e.UNION_TYPE_DEFINITION=`UnionTypeDefinition`,e.ENUM_TYPE_DEFINITION=`EnumTypeDefinition`,e.ENUM_VALUE_DEFINITION=`EnumValueDefinition`,e.INPUT_OBJECT_TYPE_DEFINITION=`InputObjectTypeDefinition`,e.DIRECTIVE_DEFINITION=`DirectiveDefinition`,e.SCHEMA_EXTENSION=`SchemaExtension`,e.DIRECTIVE_EXTENSION=`DirectiveExtension`,e.SCALAR_TYPE_EXTENSION=`ScalarTypeExtension`,e.OBJECT_TYPE_EXTENSION=`ObjectTypeExtension`,e.INTERFACE_TYPE_EXTENSION=`InterfaceTypeExtension`,e.UNION_TYPE_EXTENSION=`UnionTypeExtension`,e.ENUM_TYPE_EXTENSION=`EnumTypeExtension`,e.INPUT_OBJECT_TYPE_EXTENSION=`InputObjectTypeExtension`,e.TYPE_COORDINATE=`TypeCoordinate`,e.MEMBER_COORDINATE=`MemberCoordinate`,e.ARGUMENT_COORDINATE=`ArgumentCoordinate`,e.DIRECTIVE_COORDINATE=`DirectiveCoordinate`,e.DIRECTIVE_ARGUMENT_COORDINATE=`DirectiveArgumentCoordinate`})(l||={})}));function d(e){return e===9||e===32}function f(e){return e>=48&&e<=57}function p(e){return e>=97&&e<=122||e>=65&&e<=90}function m(e){return p(e)||e===95}function h(e){return p(e)||f(e)||e===95}var g=e((()=>{}));function ee(e){let t=2**53-1,n=null,r=-1;for(let i=0;i<e.length;++i){let a=e[i],o=_(a);o!==a.length&&(n??=i,r=i,i!==0&&o<t&&(t=o))}return e.map((e,n)=>n===0?e:e.slice(t)).slice(n??0,r+1)}function _(e){let t=0;for(;t<e.length&&d(e.charCodeAt(t));)++t;return t}function v(e){if(e===``)return!0;let t=!0,n=!1,r=!0,i=!1;for(let a=0;a<e.length;++a)switch(e.codePointAt(a)){case 0:case 1:case 2:case 3:case 4:case 5:case 6:case 7:case 8:case 11:case 12:case 14:case 15:return!1;case 13:return!1;case 10:if(t&&!i)return!1;i=!0,t=!0,n=!1;break;case 9:case 32:n||=t;break;default:r&&=n,t=!1}return!(t||r&&i)}function y(e,t){let n=e.replace(/"""/g,`\\"""`),r=n.split(/\r\n|[\n\r]/g),i=r.length===1,a=r.length>1&&r.slice(1).every(e=>e.length===0||d(e.charCodeAt(0))),o=n.endsWith(`\\"""`),s=e.endsWith(`"`)&&!o,c=e.endsWith(`\\`),l=s||c,u=!(t!=null&&t.minimize)&&(!i||e.length>70||l||a||o),f=``,p=i&&d(e.charCodeAt(0));return(u&&!p||a)&&(f+=`
`),f+=n,(u||l)&&(f+=`
`),`"""`+f+`"""`}var b=e((()=>{g()}));function x(e){return S(e,[])}function S(e,t){switch(typeof e){case`string`:return JSON.stringify(e);case`function`:return e.name?`[function ${e.name}]`:`[function]`;case`object`:return C(e,t);default:return String(e)}}function C(e,t){if(e===null)return`null`;if(t.includes(e))return`[Circular]`;let n=[...t,e];if(w(e)){let t=e.toJSON();if(t!==e)return typeof t==`string`?t:S(t,n)}else if(Array.isArray(e))return E(e,n);return T(e,n)}function w(e){return typeof e.toJSON==`function`}function T(e,t){let n=Object.entries(e);return n.length===0?`{}`:t.length>k?`[`+D(e)+`]`:`{ `+n.map(([e,n])=>e+`: `+S(n,t)).join(`, `)+` }`}function E(e,t){if(e.length===0)return`[]`;if(t.length>k)return`[Array]`;let n=Math.min(O,e.length),r=e.length-n,i=[];for(let r=0;r<n;++r)i.push(S(e[r],t));return r===1?i.push(`... 1 more item`):r>1&&i.push(`... ${r} more items`),`[`+i.join(`, `)+`]`}function D(e){let t=Object.prototype.toString.call(e).replace(/^\[object /,``).replace(/]$/,``);if(t===`Object`&&typeof e.constructor==`function`){let t=e.constructor.name;if(typeof t==`string`&&t!==``)return t}return t}var O,k,A=e((()=>{O=10,k=2}));function j(e){return`"${e.replace(N,M)}"`}function M(e){return P[e.charCodeAt(0)]}var N,P,F=e((()=>{N=/[\x00-\x1f\x22\x5c\x7f-\x9f]/g,P=`\\u0000.\\u0001.\\u0002.\\u0003.\\u0004.\\u0005.\\u0006.\\u0007.\\b.\\t.\\n.\\u000B.\\f.\\r.\\u000E.\\u000F.\\u0010.\\u0011.\\u0012.\\u0013.\\u0014.\\u0015.\\u0016.\\u0017.\\u0018.\\u0019.\\u001A.\\u001B.\\u001C.\\u001D.\\u001E.\\u001F...\\"..........................................................\\\\...................................\\u007F.\\u0080.\\u0081.\\u0082.\\u0083.\\u0084.\\u0085.\\u0086.\\u0087.\\u0088.\\u0089.\\u008A.\\u008B.\\u008C.\\u008D.\\u008E.\\u008F.\\u0090.\\u0091.\\u0092.\\u0093.\\u0094.\\u0095.\\u0096.\\u0097.\\u0098.\\u0099.\\u009A.\\u009B.\\u009C.\\u009D.\\u009E.\\u009F`.split(`.`)}));function I(e,t){let n=[],r={parent:[e],keys:void 0,results:[],index:-1},i;do{let e;r.index++;let o=r.keys===void 0?r.parent.length:r.keys.length;if(r.index===o)i=r.results,e=r.keys===void 0?void 0:r.results.kind,r=n.pop();else{if(i=r.keys===void 0?r.parent[r.index]:r.parent[r.keys[r.index]],i==null&&n.length!==0)continue;if(Array.isArray(i)){if(i.length!==0){n.push(r),r={parent:i,keys:void 0,results:[],index:-1};continue}}else{let t=i;e=t?.kind;let o=typeof e==`string`?a[e]:void 0;if(!Array.isArray(o))throw Error(`Invalid AST Node: ${x(i)}.`);if(o.length!==0){n.push(r),r={parent:t,keys:o,results:{...t},index:-1};continue}}}if(e!==void 0){let n=t[e];i=n?.(i)}r.keys===void 0?r.results.push(i):r.results[r.keys[r.index]]=i}while(n.length!==0);return i}var L=e((()=>{A(),c()})),R=t({print:()=>z,printForError:()=>B});function z(e,t){return V(I(e,Z),t?.maxIndentDepth??1/0)}function B(e){return z(e,{maxIndentDepth:100})}function V(e,t){let n=``,r=``,i=0,a=``,o=e;for(;o!==void 0;){let e=o.lines;if(o.indentBefore&&(i<t&&(a+=`  `,r+=`  `),i++),typeof e==`string`)r+=e;else{r+=e[0];let s=!o.isBlockString&&i>=t?` `:`
`+a;for(let t=1;t<e.length;t++)n+=r,r=s+e[t]}o.dedentAfter&&(i--,a=a.slice(0,i*2)),o=o.next}return n+r}function H(e,t=``){if(e==null||e.length===0)return X;let n=X;for(let r of e)r!==void 0&&r.length!==0&&(n.length===0?n=typeof r==`string`?new Y(r):r:(t!==``&&n.append(t),n.append(r)));return n}function U(e,t){let n=0;for(let r of e)r.length!==0&&(n+=(n===0?0:t.length)+r.length);return n}function W(e){return G(`{
`,H(e,`
`).indent(),`
}`)}function G(e,t,n=``){return t!=null&&t.length!==0?e===``?t.append(n):new Y(e).append(t).append(n):X}function K(e){return e?.some(e=>e.newlines!==0)??!1}function q(e,t){return t==null||t.length===0?e:H([e,e.length+U(t,`, `)+2>J?G(`(
`,H(t,`
`).indent(),`
)`):G(`(`,H(t,`, `),`)`)])}var J,Y,X,Z,Q=e((()=>{b(),F(),L(),J=80,Y=class e{next=void 0;tail=this;indentBefore=!1;dedentAfter=!1;constructor(e=``,t=!1){this.length=e.length,this.lines=e.includes(`
`)?e.split(`
`):e,this.newlines=typeof this.lines==`string`?0:this.lines.length-1,this.isBlockString=t}append(t){if(t.length===0)return this;let n=typeof t==`string`?new e(t):t;return this.tail.next=n,this.tail=n.tail,this.length+=n.length,this.newlines+=n.newlines,this}indent(){return this.length===0||(this.indentBefore=!0,this.tail.dedentAfter=!0,this.length+=2*(this.newlines+1)),this}},X=new Y,Z={Name:e=>new Y(e.value),Variable:e=>H([`$`,e.name]),Document:e=>H(e.definitions,`

`),OperationDefinition(e){let t=K(e.variableDefinitions)?G(`(
`,H(e.variableDefinitions,`
`),`
)`):G(`(`,H(e.variableDefinitions,`, `),`)`),n=H([G(``,e.description,`
`),H([e.operation,H([e.name,t]),H(e.directives,` `)],` `)]);return H([e.operation===`query`&&n.length===e.operation.length?``:H([n,` `]),e.selectionSet])},VariableDefinition:({variable:e,type:t,defaultValue:n,directives:r,description:i})=>H([G(``,i,`
`),e,`: `,t,G(` = `,n),G(` `,H(r,` `))]),SelectionSet:({selections:e})=>W(e),Field({alias:e,name:t,arguments:n,directives:r,selectionSet:i}){return H([q(H([G(``,e,`: `),t],``),n),G(` `,H(r,` `)),G(` `,i)])},Argument:({name:e,value:t})=>H([e,`: `,t]),FragmentSpread:({name:e,directives:t})=>H([`...`,e,G(` `,H(t,` `))]),InlineFragment:({typeCondition:e,directives:t,selectionSet:n})=>H([`...`,G(`on `,e),H(t,` `),n],` `),FragmentDefinition:({name:e,typeCondition:t,variableDefinitions:n,directives:r,selectionSet:i,description:a})=>H([G(``,a,`
`),`fragment `,e,G(`(`,H(n,`, `),`)`),` on `,t,` `,G(``,H(r,` `),` `),i]),IntValue:({value:e})=>new Y(e),FloatValue:({value:e})=>new Y(e),StringValue:({value:e,block:t})=>new Y(t===!0?y(e):j(e),t===!0),BooleanValue:({value:e})=>new Y(e?`true`:`false`),NullValue:()=>new Y(`null`),EnumValue:({value:e})=>new Y(e),ListValue:({values:e})=>H([`[`,H(e,`, `),`]`]),ObjectValue:({fields:e})=>H([`{`,H(e,`, `),`}`]),ObjectField:({name:e,value:t})=>H([e,`: `,t]),Directive:({name:e,arguments:t})=>H([`@`,e,G(`(`,H(t,`, `),`)`)]),NamedType:({name:e})=>e,ListType:({type:e})=>H([`[`,e,`]`]),NonNullType:({type:e})=>H([e,`!`]),SchemaDefinition:({description:e,directives:t,operationTypes:n})=>H([G(``,e,`
`),H([`schema`,H(t,` `),W(n)],` `)]),OperationTypeDefinition:({operation:e,type:t})=>H([e,`: `,t]),ScalarTypeDefinition:({description:e,name:t,directives:n})=>H([G(``,e,`
`),H([`scalar`,t,H(n,` `)],` `)]),ObjectTypeDefinition:({description:e,name:t,interfaces:n,directives:r,fields:i})=>H([G(``,e,`
`),H([`type`,t,G(`implements `,H(n,` & `)),H(r,` `),W(i)],` `)]),FieldDefinition:({description:e,name:t,arguments:n,type:r,directives:i})=>H([G(``,e,`
`),t,K(n)?G(`(
`,H(n,`
`).indent(),`
)`):G(`(`,H(n,`, `),`)`),`: `,r,G(` `,H(i,` `))]),InputValueDefinition:({description:e,name:t,type:n,defaultValue:r,directives:i})=>H([G(``,e,`
`),t,`: `,n,G(` = `,r),G(` `,H(i,` `))]),InterfaceTypeDefinition:({description:e,name:t,interfaces:n,directives:r,fields:i})=>H([G(``,e,`
`),H([`interface`,t,G(`implements `,H(n,` & `)),H(r,` `),W(i)],` `)]),UnionTypeDefinition:({description:e,name:t,directives:n,types:r})=>H([G(``,e,`
`),H([`union`,t,H(n,` `),G(`= `,H(r,` | `))],` `)]),EnumTypeDefinition:({description:e,name:t,directives:n,values:r})=>H([G(``,e,`
`),H([`enum`,t,H(n,` `),W(r)],` `)]),EnumValueDefinition:({description:e,name:t,directives:n})=>H([G(``,e,`
`),H([t,H(n,` `)],` `)]),InputObjectTypeDefinition:({description:e,name:t,directives:n,fields:r})=>H([G(``,e,`
`),H([`input`,t,H(n,` `),W(r)],` `)]),DirectiveDefinition:({description:e,name:t,arguments:n,directives:r,repeatable:i,locations:a})=>H([G(``,e,`
`),`directive @`,t,K(n)?G(`(
`,H(n,`
`).indent(),`
)`):G(`(`,H(n,`, `),`)`),G(` `,H(r,` `)),i?` repeatable`:``,` on `,H(a,` | `)]),SchemaExtension:({directives:e,operationTypes:t})=>H([`extend schema`,H(e,` `),W(t)],` `),ScalarTypeExtension:({name:e,directives:t})=>H([`extend scalar`,e,H(t,` `)],` `),ObjectTypeExtension:({name:e,interfaces:t,directives:n,fields:r})=>H([`extend type`,e,G(`implements `,H(t,` & `)),H(n,` `),W(r)],` `),InterfaceTypeExtension:({name:e,interfaces:t,directives:n,fields:r})=>H([`extend interface`,e,G(`implements `,H(t,` & `)),H(n,` `),W(r)],` `),UnionTypeExtension:({name:e,directives:t,types:n})=>H([`extend union`,e,H(t,` `),G(`= `,H(n,` | `))],` `),EnumTypeExtension:({name:e,directives:t,values:n})=>H([`extend enum`,e,H(t,` `),W(n)],` `),InputObjectTypeExtension:({name:e,directives:t,fields:n})=>H([`extend input`,e,H(t,` `),W(n)],` `),DirectiveExtension:({name:e,directives:t})=>H([H([`extend directive @`,e]),H(t,` `)],` `),TypeCoordinate:({name:e})=>e,MemberCoordinate:({name:e,memberName:t})=>H([e,G(`.`,t)]),ArgumentCoordinate:({name:e,fieldName:t,argumentName:n})=>H([e,G(`.`,t),G(`(`,n,`:)`)]),DirectiveCoordinate:({name:e})=>H([`@`,e]),DirectiveArgumentCoordinate:({name:e,argumentName:t})=>H([`@`,e,G(`(`,t,`:)`)])}})),te=`# What is live on prod
# The stage's deployment, its canary's share, and which methods are throttled apart.
query WhatIsLive($restApiId: ID!, $stageName: String!) {
  stage(restApiId: $restApiId, stageName: $stageName) {
    stageName
    description
    lastUpdatedDate
    deployment {
      deploymentId
      description
      createdDate
    }
    canarySettings {
      percentTraffic
      deployment {
        deploymentId
        description
      }
      stageVariableOverrides {
        name
        value
      }
    }
    variables {
      name
      value
    }
    methodSettings {
      resourcePath
      httpMethod
      throttlingRateLimit
      throttlingBurstLimit
    }
  }
}
`,ne=`# Compare two stages
# Both come out of one listing: the query costs two calls to AWS, and would cost two for ten stages.
query CompareStages($restApiId: ID!, $one: String!, $other: String!) {
  one: stage(restApiId: $restApiId, stageName: $one) {
    ...Compared
  }
  other: stage(restApiId: $restApiId, stageName: $other) {
    ...Compared
  }
}

fragment Compared on Stage {
  stageName
  deployment {
    deploymentId
    description
  }
  variables {
    name
    value
  }
  default: effectiveMethodSetting(resourcePath: "*", httpMethod: ALL) {
    source
    throttlingRateLimit
    throttlingBurstLimit
    loggingLevel
    cachingEnabled
  }
  cacheClusterSize
  tracingEnabled
}
`,re=`# Which methods are unthrottled
# The methods that a stage serves, with the throttle that applies to each; findings name those without one.
query UnthrottledMethods($restApiId: ID!, $stageName: String!) {
  stage(restApiId: $restApiId, stageName: $stageName) {
    findings(codes: [THROTTLING_OFF]) {
      httpMethod
      resourcePath
      message
      fix {
        op
        path
        value
      }
    }
    methods {
      httpMethod
      resourcePath
      effectiveSetting {
        source
        throttlingRateLimit
        throttlingBurstLimit
      }
    }
  }
}
`,ie=`# What a promotion would change
# The methods that the canary's deployment adds, removes and changes, and whether it is the older one.
query PromotionChanges($restApiId: ID!, $stageName: String!) {
  stage(restApiId: $restApiId, stageName: $stageName) {
    deployment {
      deploymentId
      createdDate
    }
    canarySettings {
      percentTraffic
      deployment {
        deploymentId
        createdDate
      }
      stageVariableOverrides {
        name
        value
      }
      differences {
        isOlder
        added {
          httpMethod
          resourcePath
        }
        removed {
          httpMethod
          resourcePath
        }
        changed {
          before {
            httpMethod
            resourcePath
            authorizationType
            apiKeyRequired
          }
          after {
            authorizationType
            apiKeyRequired
          }
        }
      }
    }
  }
}
`,ae=`# Which settings reach nothing
# Entries of methods that the stage does not serve, and dead keys; fix is what patchStage takes to remove them.
query SettingsWithoutEffect($restApiId: ID!, $stageName: String!) {
  stage(restApiId: $restApiId, stageName: $stageName) {
    findings(codes: [ORPHANED_SETTING, DEAD_KEY]) {
      code
      httpMethod
      resourcePath
      message
      fix {
        op
        path
        value
      }
    }
  }
}
`,oe=`# Throttle a method: look first
# A dry run checks everything and sends nothing: patchOperations is what AWS would be sent.
mutation ThrottleDryRun($input: SetMethodSettingInput!) {
  setMethodSetting(input: $input) {
    patchOperations {
      op
      path
      value
    }
    warnings {
      code
      message
    }
    userErrors {
      code
      message
      field
    }
    stage {
      effectiveMethodSetting(resourcePath: "/pets", httpMethod: GET) {
        source
        throttlingRateLimit
        throttlingBurstLimit
      }
    }
  }
}
`,se=`# Throttle a method: do it
# The same without dryRun. The nine settings that you do not name keep their effect.
mutation Throttle($input: SetMethodSettingInput!) {
  setMethodSetting(input: $input) {
    patchOperations {
      op
      path
      value
    }
    warnings {
      code
      message
    }
    userErrors {
      code
      message
      field
    }
    stage {
      effectiveMethodSetting(resourcePath: "/pets", httpMethod: GET) {
        source
        throttlingRateLimit
        throttlingBurstLimit
      }
    }
  }
}
`,ce=`# Start a canary
# deploymentId is needed to start one: no typo in a stage's name can do it. dryRun: true looks first.
mutation StartCanary($input: SetCanarySettingsInput!) {
  setCanarySettings(input: $input) {
    stage {
      deploymentId
      canarySettings {
        percentTraffic
        deploymentId
        effectiveVariables {
          name
          value
        }
      }
    }
    patchOperations {
      op
      path
      value
    }
    warnings {
      code
      message
    }
    userErrors {
      code
      message
      field
    }
  }
}
`,le=`# Widen the canary
# Only what you give changes: deployment and overrides stay.
mutation WidenCanary($input: SetCanarySettingsInput!) {
  setCanarySettings(input: $input) {
    stage {
      deploymentId
      canarySettings {
        percentTraffic
        deploymentId
        effectiveVariables {
          name
          value
        }
      }
    }
    patchOperations {
      op
      path
      value
    }
    warnings {
      code
      message
    }
    userErrors {
      code
      message
      field
    }
  }
}
`,ue=`# Promote the canary
# Its deployment and its overrides become the stage's own. Without a canary nothing is sent.
mutation PromoteCanary($input: PromoteCanaryInput!) {
  promoteCanary(input: $input) {
    stage {
      deploymentId
      variables {
        name
        value
      }
      canarySettings {
        percentTraffic
      }
    }
    patchOperations {
      op
      path
      value
    }
    warnings {
      code
      message
    }
    userErrors {
      code
      message
      field
    }
  }
}
`,de=`# Abandon the canary
# All traffic goes back to the stage's own deployment. Removing what is not there succeeds.
mutation AbandonCanary($input: RemoveCanaryInput!) {
  removeCanary(input: $input) {
    stage {
      deploymentId
      canarySettings {
        percentTraffic
      }
    }
    patchOperations {
      op
      path
    }
    userErrors {
      code
      message
      field
    }
  }
}
`,fe=`{ "restApiId": "petstore01", "stageName": "prod" }
`,$=`{ "restApiId": "petstore01", "one": "staging", "other": "prod" }
`,pe=`{ "restApiId": "orders0002", "stageName": "beta" }
`,me=`{ "restApiId": "orders0002", "stageName": "beta" }
`,he=`{ "restApiId": "orders0002", "stageName": "live" }
`,ge=`{
  "input": {
    "restApiId": "petstore01",
    "stageName": "prod",
    "resourcePath": "/pets",
    "httpMethod": "GET",
    "settings": { "throttlingRateLimit": 25, "throttlingBurstLimit": 10 },
    "dryRun": true
  }
}
`,_e=`{
  "input": {
    "restApiId": "petstore01",
    "stageName": "prod",
    "resourcePath": "/pets",
    "httpMethod": "GET",
    "settings": { "throttlingRateLimit": 25, "throttlingBurstLimit": 10 }
  }
}
`,ve=`{
  "input": {
    "restApiId": "petstore01",
    "stageName": "staging",
    "deploymentId": "dep003",
    "percentTraffic": 5,
    "setVariableOverrides": [{ "name": "table", "value": "pets-next" }]
  }
}
`,ye=`{ "input": { "restApiId": "petstore01", "stageName": "staging", "percentTraffic": 50 } }
`,be=`{ "input": { "restApiId": "petstore01", "stageName": "staging", "removeCanary": true } }
`,xe=`{ "input": { "restApiId": "petstore01", "stageName": "prod" } }
`,Se=Object.assign({"../examples/operations/01-what-is-live.graphql":te,"../examples/operations/02-compare-two-stages.graphql":ne,"../examples/operations/03-unthrottled-methods.graphql":re,"../examples/operations/04-what-a-promotion-changes.graphql":ie,"../examples/operations/05-settings-without-effect.graphql":ae,"../examples/operations/06-throttle-a-method-dry-run.graphql":oe,"../examples/operations/07-throttle-a-method.graphql":se,"../examples/operations/08-start-a-canary.graphql":ce,"../examples/operations/09-widen-the-canary.graphql":le,"../examples/operations/10-promote-the-canary.graphql":ue,"../examples/operations/11-abandon-the-canary.graphql":de}),Ce=Object.assign({"../examples/operations/01-what-is-live.json":fe,"../examples/operations/02-compare-two-stages.json":$,"../examples/operations/03-unthrottled-methods.json":pe,"../examples/operations/04-what-a-promotion-changes.json":me,"../examples/operations/05-settings-without-effect.json":he,"../examples/operations/06-throttle-a-method-dry-run.json":ge,"../examples/operations/07-throttle-a-method.json":_e,"../examples/operations/08-start-a-canary.json":ve,"../examples/operations/09-widen-the-canary.json":ye,"../examples/operations/10-promote-the-canary.json":be,"../examples/operations/11-abandon-the-canary.json":xe}),we=Object.entries(Se).sort(([e],[t])=>e<t?-1:1).map(([e,t])=>{let[,n=``,r=``,i=t]=/^# (.*)\n# (.*)\n([^]*)$/.exec(t)??[];return{title:n,hint:r,document:i,variables:Ce[e.replace(/graphql$/,`json`)]??`{}`}});export{n as S,r as _,R as a,i as b,ee as c,g as d,f,u as g,l as h,B as i,b as l,m,Q as n,A as o,h as p,z as r,x as s,we as t,v as u,s as v,c as x,a as y};